package dev.sluice.model;

/**
 * Rate and concurrency limits. 0 means no limit. Rates are per minute, with a burst of up to one minute's worth.
 *
 * @param rpm requests a minute
 * @param tpm tokens a minute, prompt and completion together
 * @param inputTpm tokens of prompts a minute
 * @param outputTpm tokens of completions a minute
 * @param concurrency requests at once
 */
public record Limits(long rpm, long tpm, long inputTpm, long outputTpm, int concurrency) {

    public static final Limits NONE = new Limits(0, 0, 0, 0, 0);

    public boolean unlimited() {
        return equals(NONE);
    }
}
