package dev.sluice.reload;

/**
 * Detects when an edit is complete: a change, and none at the next poll. A file that is being written in place passes
 * through states that are valid but lack half of the providers.
 */
final class EditWatch {

    private FileStamps last;
    private boolean unread = true;

    /** Something changed that stamps may not show. */
    void changed() {
        unread = true;
    }

    /** True once for each edit, at the first poll that finds it unchanged since the poll before. */
    boolean complete(FileStamps now) {
        boolean resting = now.equals(last);
        boolean complete = resting && unread;
        last = now;
        unread = !resting;
        return complete;
    }
}
