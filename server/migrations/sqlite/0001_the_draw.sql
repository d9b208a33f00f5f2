-- Times are Unix milliseconds, points and weights are integers, values are hundredths, JSON is text.

CREATE TABLE users (
    user_id      INTEGER PRIMARY KEY AUTOINCREMENT,
    mobile       TEXT    NOT NULL UNIQUE,
    total_points INTEGER NOT NULL DEFAULT 0 CHECK (total_points >= 0),
    is_merchant  INTEGER NOT NULL DEFAULT 0 CHECK (is_merchant IN (0, 1)),
    nickname     TEXT    NOT NULL DEFAULT '',
    avatar       TEXT    NOT NULL DEFAULT '',
    wx_openid    TEXT    UNIQUE,
    status       TEXT    NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'banned')),
    -- What the next draw will use: `nonce` is the last one spent.
    nonce        INTEGER NOT NULL DEFAULT 0 CHECK (nonce >= 0),
    client_seed  TEXT    NOT NULL,
    -- Draws made on `draw_day`, a local calendar date written as yyyymmdd.
    draw_day     INTEGER NOT NULL DEFAULT 0,
    draw_count   INTEGER NOT NULL DEFAULT 0 CHECK (draw_count >= 0),
    last_login   INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

-- One row a change of points; `balance_after` chains.
CREATE TABLE points_records (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id       INTEGER NOT NULL REFERENCES users (user_id),
    points        INTEGER NOT NULL CHECK (points <> 0),
    balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
    reason        TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    related_id    TEXT,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX points_records_by_user ON points_records (user_id, id);

-- Every prize table ever published. `active` is 1 or null, so that its index allows one active table at most.
CREATE TABLE lottery_tables (
    table_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    table_hash   TEXT    NOT NULL,
    table_text   TEXT    NOT NULL,
    rules        TEXT    NOT NULL,
    active       INTEGER UNIQUE CHECK (active = 1),
    published_at INTEGER NOT NULL
) STRICT;

-- The prizes of each version: what the text can't hold (colour), and the stock that is left.
CREATE TABLE lottery_prizes (
    table_id    INTEGER NOT NULL REFERENCES lottery_tables (table_id),
    prize_id    INTEGER NOT NULL,
    prize_name  TEXT    NOT NULL,
    prize_type  TEXT    NOT NULL CHECK (prize_type IN ('points', 'coupon', 'physical', 'empty')),
    prize_value INTEGER NOT NULL CHECK (prize_value >= 0),
    angle       INTEGER NOT NULL CHECK (angle BETWEEN 0 AND 359),
    color       TEXT    NOT NULL,
    probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 10000),
    is_activity INTEGER NOT NULL CHECK (is_activity IN (0, 1)),
    cost_points INTEGER NOT NULL CHECK (cost_points > 0),
    stock       INTEGER CHECK (stock >= 0),
    status      TEXT    NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive')),
    PRIMARY KEY (table_id, prize_id)
) STRICT;

-- One row a request: everything its proof is computed from, except the server's seed, which is never stored.
CREATE TABLE lottery_draws (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    draw_id     TEXT    NOT NULL UNIQUE,
    user_id     INTEGER NOT NULL REFERENCES users (user_id),
    table_id    INTEGER NOT NULL REFERENCES lottery_tables (table_id),
    draw_type   TEXT    NOT NULL CHECK (draw_type IN ('single', 'triple', 'five', 'ten')),
    nonce       INTEGER NOT NULL CHECK (nonce >= 1),
    draw_count  INTEGER NOT NULL CHECK (draw_count >= 1),
    client_seed TEXT    NOT NULL,
    sold_out    TEXT    NOT NULL,
    points_cost INTEGER NOT NULL CHECK (points_cost > 0),
    created_at  INTEGER NOT NULL,
    UNIQUE (user_id, nonce)
) STRICT;

-- One row a draw, `seq` counting from 1 inside its request.
CREATE TABLE lottery_records (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    draw_id        TEXT    NOT NULL REFERENCES lottery_draws (draw_id),
    seq            INTEGER NOT NULL CHECK (seq >= 1),
    user_id        INTEGER NOT NULL REFERENCES users (user_id),
    ticket         INTEGER NOT NULL CHECK (ticket BETWEEN 0 AND 9999),
    drawn_prize_id INTEGER NOT NULL,
    prize_id       INTEGER NOT NULL,
    prize_name     TEXT    NOT NULL,
    prize_type     TEXT    NOT NULL,
    prize_value    INTEGER NOT NULL,
    points_cost    INTEGER NOT NULL,
    angle          INTEGER NOT NULL CHECK (angle BETWEEN 0 AND 35999),
    is_near_miss   INTEGER NOT NULL CHECK (is_near_miss IN (0, 1)),
    created_at     INTEGER NOT NULL,
    UNIQUE (draw_id, seq)
) STRICT;
CREATE INDEX lottery_records_by_user ON lottery_records (user_id, id);

-- The one open login code of a phone. `expires_at` 0 means that it was used.
CREATE TABLE login_codes (
    mobile     TEXT    NOT NULL PRIMARY KEY,
    code_hash  TEXT    NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0,
    sent_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Answers already given, so that a repeated request gets the same one and moves nothing.
CREATE TABLE idempotency (
    user_id     INTEGER NOT NULL REFERENCES users (user_id),
    request_id  TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    code        INTEGER NOT NULL,
    body        TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, request_id)
) STRICT;
