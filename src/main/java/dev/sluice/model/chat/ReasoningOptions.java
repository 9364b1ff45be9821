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

    /** The largest token budgets that count as low and medium effort: a convention of Sluice, not of a provider. */
    private static final long LOW_BUDGET = 2_048;

    private static final long MEDIUM_BUDGET = 8_192;

    /** True when the client turned reasoning off. */
    public boolean off() {
        return "none".equals(effort) || budgetTokens == 0;
    }

    /** The effort that corresponds to the budget, for formats without a budget. Must only be called with a budget. */
    public String effortOfBudget() {
        if (budgetTokens == 0) {
            return "none";
        }
        return budgetTokens <= LOW_BUDGET ? "low" : budgetTokens <= MEDIUM_BUDGET ? "medium" : "high";
    }
}
