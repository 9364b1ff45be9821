package dev.sluice.reload;

/**
 * The detector of complete edits: an edit is complete when a poll finds no further change. A file that is being written
 * in place passes through states that are valid but lack half of the providers.
 */
final class EditWatch {

    private FileStamps last;
    private boolean unread = true;

    /** Reports a change that the stamps may not show. */
    void changed() {
        unread = true;
    }

    /** True once for each edit, at the first poll that finds the files unchanged since the previous poll. */
    boolean complete(FileStamps now) {
        boolean unchanged = now.equals(last);
        boolean complete = unchanged && unread;
        last = now;
        unread = !unchanged;
        return complete;
    }
}
