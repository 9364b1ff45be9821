package dev.sluice.bench.micro;

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
import dev.sluice.quota.AdmissionResult;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.quota.QuotaPolicy.Allowed;
import dev.sluice.quota.QuotaRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** Admission, settlement and release: a key with limits and a budget, in a tier and a team with both. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QuotaBenchmark {

    private static final long PLENTY = 1L << 50;
    private static final int PROMPT = 500;
    private static final int COMPLETION = 200;
    private static final long COST = 3_000_000;
    private static final long LIFE_MILLIS = 60_000;

    private final Limits limits = new Limits(PLENTY, PLENTY, PLENTY, PLENTY, 1000);
    private final Budget budget = new Budget(Long.MAX_VALUE / 8, Period.MONTH, 1, true);
    private final Quota quota = new Quota(QuotaClock.system(), alert -> {});
    private final ModelPrices prices =
            new ModelPrices(new ModelPrices.Rates(2_500_000, 10_000_000, 1_250_000, ModelPrices.NONE), List.of());
    private final QuotaRequest full = quotaRequest(new Principal(
            "bench", "core", "gold", List.of(), List.of(), Principal.USUAL_PRIORITY, Role.NONE, limits, budget));
    private final QuotaRequest free = quotaRequest(Principal.OPEN);
    private final AttemptRecord attempt = new AttemptRecord(
            "r",
            1,
            "bench",
            "core",
            "gold",
            null,
            "openai",
            "gpt",
            "chat",
            new Usage(PROMPT, COMPLETION, 0, 0, true),
            COST,
            CostSource.COMPUTED,
            "ok",
            null,
            200,
            0,
            1,
            1);

    public QuotaBenchmark() {
        Allowed both = new Allowed(limits, budget);
        quota.applyPolicy(
                new QuotaPolicy(Map.of("gold", both), Map.of("core", both), Map.of(), Map.of(), UnknownPrice.FLAG));
    }

    @Benchmark
    public AdmissionResult keyTierTeamAndBudgets() {
        return admitAndSettle(full);
    }

    @Benchmark
    @Threads(2)
    public AdmissionResult keyTierTeamAndBudgetsOnTwoThreads() {
        return admitAndSettle(full);
    }

    @Benchmark
    public AdmissionResult nothingLimited() {
        return admitAndSettle(free);
    }

    private AdmissionResult admitAndSettle(QuotaRequest quotaRequest) {
        AdmissionResult result = quota.admit(quotaRequest);
        result.reservation().settle(attempt);
        result.reservation().close();
        return result;
    }

    private QuotaRequest quotaRequest(Principal caller) {
        QuotaRequest.PricedTarget target = new QuotaRequest.PricedTarget("openai", "gpt", prices, 0);
        return new QuotaRequest(
                caller, null, List.of(target), PROMPT, PROMPT, COMPLETION, 1, true, false, null, LIFE_MILLIS);
    }
}
