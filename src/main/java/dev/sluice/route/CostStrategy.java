package dev.sluice.route;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ModelPrices;
import dev.sluice.catalog.ModelPrices.Rates;
import dev.sluice.model.ModelRequirements;
import java.util.List;

/**
 * Orders targets by expected cost of the request. Targets without a price come last, ties keep the configured order.
 */
public final class CostStrategy implements RoutingStrategy {

    /** Completion tokens assumed when the client sets no lower limit; limits are rarely reached. */
    static final long USUAL_OUTPUT = 500;

    /** Prompt tokens assumed when there is no estimate. */
    static final long USUAL_PROMPT = 1_000;

    private static final double PICO = 1e-12;

    CostStrategy() {}

    @Override
    public List<Candidate> order(List<Candidate> fit, PlanContext context) {
        double[] costs = new double[fit.size()];
        for (int i = 0; i < costs.length; i++) {
            costs[i] = expected(fit.get(i).facts(), context.requirements());
        }
        return Ranking.ascending(fit, costs);
    }

    /** The expected cost of the request in US dollars; {@link Double#POSITIVE_INFINITY} when a price is not known. */
    public static double expected(ModelFacts facts, ModelRequirements requirements) {
        long prompt = requirements.promptTokens() > 0 ? requirements.promptTokens() : USUAL_PROMPT;
        long output =
                requirements.outputTokens() > 0 ? Math.min(requirements.outputTokens(), USUAL_OUTPUT) : USUAL_OUTPUT;
        Rates rates = facts.prices().ratesFor(prompt);
        if (rates.input() == ModelPrices.NONE || rates.output() == ModelPrices.NONE) {
            return Double.POSITIVE_INFINITY;
        }
        return ((double) prompt * rates.input() + (double) output * rates.output()) * PICO;
    }
}
