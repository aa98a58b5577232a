/*
 * How SQLite reaches the disk: by the system's VFS, but that a sync of the database that fails ends the
 * program, as it does PostgreSQL. The kernel forgets what it could not write: its pages count as written from
 * then on, and the next sync succeeds without them. A checkpoint that is tried again would trust what an
 * earlier one has copied, and then give up the log, which alone still has it. Whoever starts copies the whole
 * log anew. Syncs of the log itself may fail: the commit fails with them, and the next writes in its place.
 */
#pragma once

/* The name to open with; static. */
const char *sqlite_disk_name(void);
