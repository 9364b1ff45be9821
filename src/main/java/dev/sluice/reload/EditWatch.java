package dev.sluice.reload;

/**
 * Tells when an edit is complete: something changed, and at the next look nothing more. A file that is being written in
 * place passes through states that are valid, and lack half of the providers.
 */
final class EditWatch {

    private FileStamps last;
    private boolean unread = true;

    /** Something changed that stamps may not show. */
    void changed() {
        unread = true;
    }

    /** True once for each edit, at the first look that sees it at rest. */
    boolean complete(FileStamps now) {
        boolean resting = now.equals(last);
        boolean complete = resting && unread;
        last = now;
        unread = !resting;
        return complete;
    }
}
