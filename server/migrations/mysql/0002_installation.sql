-- One row: what makes this database's server seeds its own. A new database that is given an old seed secret must not deal
-- the seeds that the old one has already revealed.
CREATE TABLE installation (
    id        BIGINT      NOT NULL PRIMARY KEY CHECK (id = 1),
    seed_salt VARCHAR(64) NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
