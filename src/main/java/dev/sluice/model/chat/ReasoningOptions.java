package dev.sluice.model.chat;

/**
 * How much the model shall think, and whether it shall show it.
 *
 * @param effort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh}, {@code max},
 *     or null when not said
 * @param budgetTokens the most tokens to think with, or -1
 * @param summary {@code auto}, {@code concise}, {@code detailed}, or null when the client did not ask to see it
 * @param clientName the parameter the client said it with, for receipts
 */
public record ReasoningOptions(String effort, long budgetTokens, String summary, String clientName) {

    /** True when the client asked for no thinking at all. */
    public boolean off() {
        return "none".equals(effort) || budgetTokens == 0;
    }
}
