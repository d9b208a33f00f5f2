-- Pictures of prizes, each under the path at which it is served, which has the SHA-256 of `content` in it: a picture that is
-- sent in twice is one. `touched_at` is when it was last sent in or put on a wheel. One that no version of the wheel names
-- goes a day later.
CREATE TABLE pictures (
    path       VARCHAR(96) NOT NULL PRIMARY KEY,
    content    BLOB        NOT NULL,
    user_id    BIGINT      NOT NULL,
    created_at BIGINT      NOT NULL,
    touched_at BIGINT      NOT NULL,
    FOREIGN KEY (user_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX pictures_by_user ON pictures (user_id, created_at);
CREATE INDEX pictures_by_touch ON pictures (touched_at);

-- Address or path of a prize's picture; empty for none.
ALTER TABLE lottery_prizes ADD COLUMN image VARCHAR(1000) NOT NULL DEFAULT '';
CREATE INDEX lottery_prizes_by_image ON lottery_prizes (image (96));
