-- Times are Unix milliseconds, points and weights are integers, values are hundredths, JSON is text.

CREATE TABLE users (
    user_id      BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    mobile       VARCHAR(32)   NOT NULL UNIQUE,
    total_points BIGINT        NOT NULL DEFAULT 0 CHECK (total_points >= 0),
    is_merchant  BOOLEAN       NOT NULL DEFAULT 0 CHECK (is_merchant IN (0, 1)),
    nickname     VARCHAR(255)  NOT NULL DEFAULT '',
    avatar       VARCHAR(1000) NOT NULL DEFAULT '',
    wx_openid    VARCHAR(255)  UNIQUE,
    status       VARCHAR(32)   NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'banned')),
    -- What the next draw will use: `nonce` is the last one spent.
    nonce        BIGINT        NOT NULL DEFAULT 0 CHECK (nonce >= 0),
    client_seed  VARCHAR(255)  NOT NULL,
    -- Draws made on `draw_day`, a local calendar date written as yyyymmdd.
    draw_day     BIGINT        NOT NULL DEFAULT 0,
    draw_count   BIGINT        NOT NULL DEFAULT 0 CHECK (draw_count >= 0),
    last_login   BIGINT,
    created_at   BIGINT        NOT NULL,
    updated_at   BIGINT        NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row a change of points; `balance_after` chains.
CREATE TABLE points_records (
    id            BIGINT        NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id       BIGINT        NOT NULL,
    points        BIGINT        NOT NULL CHECK (points <> 0),
    balance_after BIGINT        NOT NULL CHECK (balance_after >= 0),
    reason        VARCHAR(32)   NOT NULL,
    description   VARCHAR(2000) NOT NULL,
    related_id    VARCHAR(255),
    created_at    BIGINT        NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX points_records_by_user ON points_records (user_id, id);

-- Every prize table ever published. `active` is 1 or null, so that its index allows one active table at most.
CREATE TABLE lottery_tables (
    table_id     BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    table_hash   VARCHAR(64) NOT NULL,
    table_text   MEDIUMTEXT  NOT NULL,
    rules        MEDIUMTEXT  NOT NULL,
    active       BIGINT      UNIQUE CHECK (active = 1),
    published_at BIGINT      NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The prizes of each version: what the text can't hold (colour), and the stock that is left.
CREATE TABLE lottery_prizes (
    table_id    BIGINT       NOT NULL,
    prize_id    BIGINT       NOT NULL,
    prize_name  VARCHAR(255) NOT NULL,
    prize_type  VARCHAR(32)  NOT NULL CHECK (prize_type IN ('points', 'coupon', 'physical', 'empty')),
    prize_value BIGINT       NOT NULL CHECK (prize_value >= 0),
    angle       BIGINT       NOT NULL CHECK (angle BETWEEN 0 AND 359),
    color       VARCHAR(32)  NOT NULL,
    probability BIGINT       NOT NULL CHECK (probability BETWEEN 0 AND 10000),
    is_activity BOOLEAN      NOT NULL CHECK (is_activity IN (0, 1)),
    cost_points BIGINT       NOT NULL CHECK (cost_points > 0),
    stock       BIGINT       CHECK (stock >= 0),
    status      VARCHAR(32)  NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    PRIMARY KEY (table_id, prize_id),
    FOREIGN KEY (table_id) REFERENCES lottery_tables (table_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row a request: everything its proof is computed from, except the server's seed, which is never stored.
CREATE TABLE lottery_draws (
    id          BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    draw_id     VARCHAR(64)  NOT NULL UNIQUE,
    user_id     BIGINT       NOT NULL,
    table_id    BIGINT       NOT NULL,
    draw_type   VARCHAR(32)  NOT NULL CHECK (draw_type IN ('single', 'triple', 'five', 'ten')),
    nonce       BIGINT       NOT NULL CHECK (nonce >= 1),
    draw_count  BIGINT       NOT NULL CHECK (draw_count >= 1),
    client_seed VARCHAR(255) NOT NULL,
    sold_out    MEDIUMTEXT   NOT NULL,
    points_cost BIGINT       NOT NULL CHECK (points_cost > 0),
    created_at  BIGINT       NOT NULL,
    UNIQUE (user_id, nonce),
    FOREIGN KEY (user_id) REFERENCES users (user_id),
    FOREIGN KEY (table_id) REFERENCES lottery_tables (table_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- One row a draw, `seq` counting from 1 inside its request.
CREATE TABLE lottery_records (
    id             BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    draw_id        VARCHAR(64)  NOT NULL,
    seq            BIGINT       NOT NULL CHECK (seq >= 1),
    user_id        BIGINT       NOT NULL,
    ticket         BIGINT       NOT NULL CHECK (ticket BETWEEN 0 AND 9999),
    drawn_prize_id BIGINT       NOT NULL,
    prize_id       BIGINT       NOT NULL,
    prize_name     VARCHAR(255) NOT NULL,
    prize_type     VARCHAR(32)  NOT NULL,
    prize_value    BIGINT       NOT NULL,
    points_cost    BIGINT       NOT NULL,
    angle          BIGINT       NOT NULL CHECK (angle BETWEEN 0 AND 35999),
    is_near_miss   BOOLEAN      NOT NULL CHECK (is_near_miss IN (0, 1)),
    created_at     BIGINT       NOT NULL,
    UNIQUE (draw_id, seq),
    FOREIGN KEY (draw_id) REFERENCES lottery_draws (draw_id),
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX lottery_records_by_user ON lottery_records (user_id, id);

-- The one open login code of a phone. `expires_at` 0 means that it was used.
CREATE TABLE login_codes (
    mobile     VARCHAR(32) NOT NULL PRIMARY KEY,
    code_hash  VARCHAR(64) NOT NULL,
    tries      BIGINT      NOT NULL DEFAULT 0,
    sent_at    BIGINT      NOT NULL,
    expires_at BIGINT      NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Answers already given, so that a repeated request gets the same one and moves nothing.
CREATE TABLE idempotency (
    user_id     BIGINT      NOT NULL,
    request_id  VARCHAR(64) NOT NULL,
    fingerprint VARCHAR(64) NOT NULL,
    code        BIGINT      NOT NULL,
    body        MEDIUMTEXT  NOT NULL,
    created_at  BIGINT      NOT NULL,
    PRIMARY KEY (user_id, request_id),
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
