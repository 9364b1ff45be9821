package dev.sluice.quota;

import dev.sluice.catalog.ModelPrices;
import dev.sluice.config.ServerConfig.UnknownPrice;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.Budget;
import dev.sluice.model.Budget.Period;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.Role;
import dev.sluice.model.Usage;
import dev.sluice.quota.QuotaPolicy.Allowed;
import java.util.List;
import java.util.Map;

/** Principals, limits, requests and attempts for quota tests. */
final class QuotaFixtures {

    static final long USD = 1_000_000_000L;

    /** 2.50 USD for a million tokens of prompt, 10 USD for a million of completion. */
    static final ModelPrices PRICES = new ModelPrices(
            new ModelPrices.Rates(2_500_000, 10_000_000, ModelPrices.NONE, ModelPrices.NONE), List.of());

    static final QuotaRequest.PricedTarget GPT = new QuotaRequest.PricedTarget("openai", "gpt", PRICES, 16_384);

    private static final long MINUTE = 60_000;

    private QuotaFixtures() {}

    static Limits rpm(long rpm) {
        return new Limits(rpm, 0, 0, 0, 0);
    }

    static Limits tpm(long tpm) {
        return new Limits(0, tpm, 0, 0, 0);
    }

    static Limits concurrency(int most) {
        return new Limits(0, 0, 0, 0, most);
    }

    static Budget hard(long nanoUsd) {
        return new Budget(nanoUsd, Period.MONTH, 0.8, true);
    }

    static Principal key(String id, Limits limits, Budget budget) {
        return key(id, null, null, limits, budget);
    }

    static Principal key(String id, String team, String tier, Limits limits, Budget budget) {
        return new Principal(id, team, tier, List.of(), List.of(), Principal.USUAL_PRIORITY, Role.NONE, limits, budget);
    }

    static QuotaPolicy tier(String name, Limits limits, Budget budget) {
        return new QuotaPolicy(
                Map.of(name, new Allowed(limits, budget)), Map.of(), Map.of(), Map.of(), UnknownPrice.FLAG);
    }

    static QuotaPolicy team(String name, Limits limits, Budget budget) {
        return new QuotaPolicy(
                Map.of(), Map.of(name, new Allowed(limits, budget)), Map.of(), Map.of(), UnknownPrice.FLAG);
    }

    /** A chat with a limit on its completion. */
    static QuotaRequest chat(Principal caller, long prompt, long cap) {
        return chat(caller, null, GPT, prompt, cap);
    }

    static QuotaRequest chat(Principal who, String route, QuotaRequest.PricedTarget target, long prompt, long cap) {
        return new QuotaRequest(who, route, List.of(target), prompt, prompt, cap, 1, true, false, null, MINUTE);
    }

    /** An attempt that was billed by the price table. */
    static AttemptRecord billed(long prompt, long completion) {
        Usage usage = new Usage(prompt, completion, 0, 0, true);
        return attempt(usage, PRICES.cost(usage).orElseThrow(), CostSource.COMPUTED);
    }

    /** An attempt whose cost the provider reported. */
    static AttemptRecord cost(long nanoUsd) {
        return attempt(new Usage(1, 1, 0, 0, true), nanoUsd, CostSource.REPORTED);
    }

    /** An attempt that was not billed. */
    static AttemptRecord unbilled() {
        return attempt(Usage.UNKNOWN, 0, CostSource.NONE);
    }

    static AttemptRecord attempt(Usage usage, long nanoUsd, CostSource source) {
        return new AttemptRecord(
                "r", 1, "ci", null, null, null, "openai", "gpt", "chat", usage, nanoUsd, source, "ok", null, 200, 0, 1,
                1);
    }
}
