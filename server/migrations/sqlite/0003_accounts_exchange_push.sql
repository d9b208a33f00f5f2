-- One row a login. All refresh tokens that follow from it are one family, revoked together.
CREATE TABLE sessions (
    session_id TEXT    NOT NULL PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (user_id),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- Refresh tokens, as keyed hashes. `replaced_at` is null for the last of its family.
CREATE TABLE refresh_tokens (
    token_hash  TEXT    NOT NULL PRIMARY KEY,
    session_id  TEXT    NOT NULL REFERENCES sessions (session_id),
    expires_at  INTEGER NOT NULL,
    replaced_at INTEGER
) STRICT;
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at);

-- Codes sent on `sent_day`, a local date as yyyymmdd.
ALTER TABLE login_codes ADD COLUMN sent_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE login_codes ADD COLUMN sent_count INTEGER NOT NULL DEFAULT 0;
-- Wrong guesses at the codes of that day, and when the phone may ask for another code.
ALTER TABLE login_codes ADD COLUMN day_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE login_codes ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX login_codes_by_time ON login_codes (sent_at);

-- The local date of the last check-in, as yyyymmdd.
ALTER TABLE users ADD COLUMN check_in_day INTEGER NOT NULL DEFAULT 0;

-- What a draw was made from, so that the draws of a table can be counted from an index.
ALTER TABLE lottery_records ADD COLUMN table_id INTEGER REFERENCES lottery_tables (table_id);
UPDATE lottery_records
SET table_id = (SELECT d.table_id FROM lottery_draws d WHERE d.draw_id = lottery_records.draw_id);
CREATE INDEX lottery_records_by_table ON lottery_records (table_id, created_at, drawn_prize_id, prize_id);

-- Rating is in tenths of a star.
CREATE TABLE products (
    commodity_id    INTEGER PRIMARY KEY AUTOINCREMENT,
    name            TEXT    NOT NULL,
    description     TEXT    NOT NULL DEFAULT '',
    category        TEXT    NOT NULL,
    exchange_points INTEGER NOT NULL CHECK (exchange_points > 0),
    stock           INTEGER NOT NULL CHECK (stock >= 0),
    image           TEXT    NOT NULL DEFAULT '',
    status          TEXT    NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'sold_out')),
    is_hot          INTEGER NOT NULL DEFAULT 0 CHECK (is_hot IN (0, 1)),
    sort_order      INTEGER NOT NULL DEFAULT 0,
    sales_count     INTEGER NOT NULL DEFAULT 0 CHECK (sales_count >= 0),
    rating          INTEGER NOT NULL DEFAULT 50 CHECK (rating BETWEEN 0 AND 50),
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX products_by_category ON products (status, category);

-- What a diner is to receive: products redeemed (`product_id`), and prizes won (`draw_id` and `seq`).
CREATE TABLE exchange_records (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id      TEXT    NOT NULL UNIQUE,
    user_id       INTEGER NOT NULL REFERENCES users (user_id),
    product_id    INTEGER REFERENCES products (commodity_id),
    draw_id       TEXT    REFERENCES lottery_draws (draw_id),
    seq           INTEGER,
    product_name  TEXT    NOT NULL,
    product_image TEXT    NOT NULL DEFAULT '',
    quantity      INTEGER NOT NULL CHECK (quantity >= 1),
    points_cost   INTEGER NOT NULL CHECK (points_cost >= 0),
    status        TEXT    NOT NULL DEFAULT 'pending'
                  CHECK (status IN ('pending', 'shipped', 'completed', 'cancelled')),
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    UNIQUE (draw_id, seq)
) STRICT;
CREATE INDEX exchange_records_by_user ON exchange_records (user_id, id);
CREATE INDEX exchange_records_by_status ON exchange_records (status, id);
-- Prizes that were won before orders were kept: nothing says that they were handed out.
INSERT INTO exchange_records (order_id, user_id, draw_id, seq, product_name, quantity, points_cost, created_at, updated_at)
SELECT 'LW' || SUBSTR(draw_id, 4, 24) || '-' || seq, user_id, draw_id, seq, prize_name, 1, 0, created_at, created_at
FROM lottery_records WHERE prize_type IN ('coupon', 'physical') ORDER BY id;

-- Receipts. Amounts are cents.
CREATE TABLE upload_reviews (
    upload_id        TEXT    NOT NULL PRIMARY KEY,
    user_id          INTEGER NOT NULL REFERENCES users (user_id),
    image_url        TEXT    NOT NULL,
    amount           INTEGER CHECK (amount >= 0),
    estimated_amount INTEGER CHECK (estimated_amount >= 0),
    points_awarded   INTEGER CHECK (points_awarded >= 0),
    review_status    TEXT    NOT NULL DEFAULT 'pending' CHECK (review_status IN ('pending', 'approved', 'rejected')),
    reviewer_id      INTEGER REFERENCES users (user_id),
    review_reason    TEXT,
    review_time      INTEGER,
    created_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_reviews_by_user ON upload_reviews (user_id, created_at);
CREATE INDEX upload_reviews_by_status ON upload_reviews (review_status, created_at);

-- What is to be pushed, written by the transaction that causes it. Ids come from `event_counter`, whose row every
-- such transaction updates last: so they are in the order of the commits and have no gaps.
CREATE TABLE event_counter (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    last_id INTEGER NOT NULL
) STRICT;
INSERT INTO event_counter (id, last_id) VALUES (1, 0);

CREATE TABLE events (
    id         INTEGER NOT NULL PRIMARY KEY,
    audience   TEXT    NOT NULL CHECK (audience IN ('user', 'merchants', 'everybody')),
    user_id    INTEGER REFERENCES users (user_id),
    kind       TEXT    NOT NULL,
    data       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((audience = 'user') = (user_id IS NOT NULL))
) STRICT;
CREATE INDEX events_by_user ON events (user_id, id);
CREATE INDEX events_by_audience ON events (audience, id);
CREATE INDEX events_by_time ON events (created_at);
CREATE INDEX idempotency_by_time ON idempotency (created_at);
