-- `upload_reviews.image_url` is the key of the stored photo. `claimed_amount` is what the diner said, once a receipt is
-- decided: `amount` may have been put right. `file_sha256` is of the file as it came, `picture_sha256` of the photo that is
-- stored, `picture_hash` of what it looks like, `possible_duplicate_of` an earlier upload that looks the same (no foreign
-- key: its check would lock the row that a merchant may be reviewing).
ALTER TABLE upload_reviews ADD COLUMN claimed_amount BIGINT;
ALTER TABLE upload_reviews ADD COLUMN file_sha256 VARCHAR(64);
ALTER TABLE upload_reviews ADD COLUMN picture_sha256 VARCHAR(64);
ALTER TABLE upload_reviews ADD COLUMN picture_hash VARCHAR(64);
ALTER TABLE upload_reviews ADD COLUMN possible_duplicate_of VARCHAR(64);
CREATE UNIQUE INDEX upload_reviews_by_file ON upload_reviews (user_id, file_sha256);
CREATE UNIQUE INDEX upload_reviews_by_picture ON upload_reviews (user_id, picture_sha256);
CREATE INDEX upload_reviews_by_review ON upload_reviews (review_time, review_status, created_at);
CREATE INDEX upload_reviews_by_time ON upload_reviews (created_at, upload_id);

-- Pieces of the picture hashes: two pictures that look the same share at least one.
CREATE TABLE picture_bands (
    band      BIGINT      NOT NULL,
    bits      BIGINT      NOT NULL,
    upload_id VARCHAR(64) NOT NULL,
    PRIMARY KEY (band, bits, upload_id),
    FOREIGN KEY (upload_id) REFERENCES upload_reviews (upload_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Objects that are being stored, written before they are and removed by the transaction that refers to them. What is
-- left after an hour belongs to nobody: it is marked as swept, then the object is removed, then the row.
CREATE TABLE pending_objects (
    object_key VARCHAR(255) NOT NULL PRIMARY KEY,
    swept      BOOLEAN      NOT NULL DEFAULT 0 CHECK (swept IN (0, 1)),
    created_at BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX pending_objects_by_time ON pending_objects (created_at);

-- Photos uploaded on `upload_day`, a local date as yyyymmdd.
ALTER TABLE users ADD COLUMN upload_day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN upload_count BIGINT NOT NULL DEFAULT 0;

-- Pieces of a prize's declared stock that were won of earlier versions of the wheel; `stock` is what is left of it. The
-- prizes of a version that was replaced are inactive: draws that still have it take nothing any more.
ALTER TABLE lottery_prizes ADD COLUMN won_before BIGINT NOT NULL DEFAULT 0;
UPDATE lottery_prizes SET status = 'inactive'
WHERE table_id NOT IN (SELECT table_id FROM lottery_tables WHERE active = 1);

-- A product that was removed stays for the orders that name it.
ALTER TABLE products ADD COLUMN deleted_at BIGINT;

-- `pending` is 1 or null, so that a user has one open application at most.
CREATE TABLE merchant_applications (
    application_id   BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id          BIGINT       NOT NULL,
    store_name       VARCHAR(255) NOT NULL,
    business_license VARCHAR(255) NOT NULL,
    contact_person   VARCHAR(255) NOT NULL,
    contact_phone    VARCHAR(32)  NOT NULL,
    status           VARCHAR(32)  NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected')),
    pending          BIGINT       DEFAULT 1 CHECK (pending = 1),
    reviewer_id      BIGINT,
    review_reason    VARCHAR(500),
    review_time      BIGINT,
    created_at       BIGINT       NOT NULL,
    UNIQUE (user_id, pending),
    FOREIGN KEY (user_id) REFERENCES users (user_id),
    FOREIGN KEY (reviewer_id) REFERENCES users (user_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX merchant_applications_by_status ON merchant_applications (status, application_id);

-- For what is read by time: exports.
CREATE INDEX points_records_by_time ON points_records (created_at, id);
CREATE INDEX lottery_records_by_time ON lottery_records (created_at, id);
CREATE INDEX exchange_records_by_time ON exchange_records (created_at, id);
