-- One row: what makes this database's server seeds its own. A new database that is given an old seed secret must not deal
-- the seeds that the old one has already revealed.
CREATE TABLE installation (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seed_salt TEXT    NOT NULL
) STRICT;
