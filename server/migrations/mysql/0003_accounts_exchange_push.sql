-- One row a login. All refresh tokens that follow from it are one family, revoked together.
CREATE TABLE sessions (
    session_id VARCHAR(64) NOT NULL PRIMARY KEY,
    user_id    BIGINT      NOT NULL,
    created_at BIGINT      NOT NULL,
    revoked_at BIGINT,
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Refresh tokens, as keyed hashes. `replaced_at` is null for the last of its family.
CREATE TABLE refresh_tokens (
    token_hash  VARCHAR(64) NOT NULL PRIMARY KEY,
    session_id  VARCHAR(64) NOT NULL,
    expires_at  BIGINT      NOT NULL,
    replaced_at BIGINT,
    FOREIGN KEY (session_id) REFERENCES sessions (session_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Codes sent on `sent_day`, a local date as yyyymmdd.
ALTER TABLE login_codes ADD COLUMN sent_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE login_codes ADD COLUMN sent_count BIGINT NOT NULL DEFAULT 0;
-- Wrong guesses at the codes of that day, and when the phone may ask for another code.
ALTER TABLE login_codes ADD COLUMN day_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE login_codes ADD COLUMN next_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX login_codes_by_time ON login_codes (sent_at);

-- The local date of the last check-in, as yyyymmdd.
ALTER TABLE users ADD COLUMN check_in_day BIGINT NOT NULL DEFAULT 0;

-- What a draw was made from, so that the draws of a table can be counted from an index.
ALTER TABLE lottery_records ADD COLUMN table_id BIGINT, ADD FOREIGN KEY (table_id) REFERENCES lottery_tables (table_id);
UPDATE lottery_records
SET table_id = (SELECT d.table_id FROM lottery_draws d WHERE d.draw_id = lottery_records.draw_id);
CREATE INDEX lottery_records_by_table ON lottery_records (table_id, created_at, drawn_prize_id, prize_id);

-- Rating is in tenths of a star.
CREATE TABLE products (
    commodity_id    BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name            VARCHAR(255)  NOT NULL,
    description     VARCHAR(2000) NOT NULL DEFAULT '',
    category        VARCHAR(255)  NOT NULL,
    exchange_points BIGINT        NOT NULL CHECK (exchange_points > 0),
    stock           BIGINT        NOT NULL CHECK (stock >= 0),
    image           VARCHAR(1000) NOT NULL DEFAULT '',
    status          VARCHAR(32)   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'sold_out')),
    is_hot          BOOLEAN       NOT NULL DEFAULT 0 CHECK (is_hot IN (0, 1)),
    sort_order      BIGINT        NOT NULL DEFAULT 0,
    sales_count     BIGINT        NOT NULL DEFAULT 0 CHECK (sales_count >= 0),
    rating          BIGINT        NOT NULL DEFAULT 50 CHECK (rating BETWEEN 0 AND 50),
    created_at      BIGINT        NOT NULL,
    updated_at      BIGINT        NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX products_by_category ON products (status, category);

-- What a diner is to receive: products redeemed (`product_id`), and prizes won (`draw_id` and `seq`).
CREATE TABLE exchange_records (
    id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    order_id      VARCHAR(64)   NOT NULL UNIQUE,
    user_id       BIGINT        NOT NULL,
    product_id    BIGINT,
    draw_id       VARCHAR(64),
    seq           BIGINT,
    product_name  VARCHAR(255)  NOT NULL,
    product_image VARCHAR(1000) NOT NULL DEFAULT '',
    quantity      BIGINT        NOT NULL CHECK (quantity >= 1),
    points_cost   BIGINT        NOT NULL CHECK (points_cost >= 0),
    status        VARCHAR(32)   NOT NULL DEFAULT 'pending'
                  CHECK (status IN ('pending', 'shipped', 'completed', 'cancelled')),
    created_at    BIGINT        NOT NULL,
    updated_at    BIGINT        NOT NULL,
    UNIQUE (draw_id, seq),
    FOREIGN KEY (user_id) REFERENCES users (user_id),
    FOREIGN KEY (product_id) REFERENCES products (commodity_id),
    FOREIGN KEY (draw_id) REFERENCES lottery_draws (draw_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX exchange_records_by_user ON exchange_records (user_id, id);
CREATE INDEX exchange_records_by_status ON exchange_records (status, id);
-- Prizes that were won before orders were kept: nothing says that they were handed out.
INSERT INTO exchange_records (order_id, user_id, draw_id, seq, product_name, quantity, points_cost, created_at, updated_at)
SELECT CONCAT('LW', SUBSTR(draw_id, 4, 24), '-', seq), user_id, draw_id, seq, prize_name, 1, 0, created_at, created_at
FROM lottery_records WHERE prize_type IN ('coupon', 'physical') ORDER BY id;

-- Receipts. Amounts are cents.
CREATE TABLE upload_reviews (
    upload_id        VARCHAR(64)   NOT NULL PRIMARY KEY,
    user_id          BIGINT        NOT NULL,
    image_url        VARCHAR(1000) NOT NULL,
    amount           BIGINT        CHECK (amount >= 0),
    estimated_amount BIGINT        CHECK (estimated_amount >= 0),
    points_awarded   BIGINT        CHECK (points_awarded >= 0),
    review_status    VARCHAR(32)   NOT NULL DEFAULT 'pending'
                     CHECK (review_status IN ('pending', 'approved', 'rejected')),
    reviewer_id      BIGINT,
    review_reason    VARCHAR(500),
    review_time      BIGINT,
    created_at       BIGINT        NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (user_id),
    FOREIGN KEY (reviewer_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX upload_reviews_by_user ON upload_reviews (user_id, created_at);
CREATE INDEX upload_reviews_by_status ON upload_reviews (review_status, created_at);

-- What is to be pushed, written by the transaction that causes it. Ids come from `event_counter`, whose row every
-- such transaction updates last: so they are in the order of the commits and have no gaps.
CREATE TABLE event_counter (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last_id BIGINT NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
INSERT INTO event_counter (id, last_id) VALUES (1, 0);

CREATE TABLE events (
    id         BIGINT      NOT NULL PRIMARY KEY,
    audience   VARCHAR(32) NOT NULL CHECK (audience IN ('user', 'merchants', 'everybody')),
    user_id    BIGINT,
    kind       VARCHAR(32) NOT NULL,
    data       MEDIUMTEXT  NOT NULL,
    created_at BIGINT      NOT NULL,
    CHECK ((audience = 'user') = (user_id IS NOT NULL)),
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX events_by_user ON events (user_id, id);
CREATE INDEX events_by_audience ON events (audience, id);
CREATE INDEX events_by_time ON events (created_at);
CREATE INDEX idempotency_by_time ON idempotency (created_at);
