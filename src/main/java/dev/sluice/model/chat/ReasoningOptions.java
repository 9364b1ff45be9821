package dev.sluice.model.chat;

/**
 * The reasoning options of a request: how much the model thinks, and whether it shows it.
 *
 * @param effort {@code none}, {@code minimal}, {@code low}, {@code medium}, {@code high}, {@code xhigh}, {@code max},
 *     or null when not given
 * @param budgetTokens the reasoning token budget, or -1
 * @param summary {@code auto}, {@code concise}, {@code detailed}, or null when the client did not ask to see it
 * @param clientName the client's parameter name, for dropped parameters
 */
public record ReasoningOptions(String effort, long budgetTokens, String summary, String clientName) {

    /** True when the client turned reasoning off. */
    public boolean off() {
        return "none".equals(effort) || budgetTokens == 0;
    }
}
