package dev.sluice.http.exchange;

import dev.sluice.bus.Bus;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Limits;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.observe.AccessLog;
import dev.sluice.observe.Metrics;
import dev.sluice.protocol.Protocols;
import dev.sluice.quota.Quota;
import dev.sluice.quota.QuotaClock;
import dev.sluice.quota.QuotaPolicy;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import dev.sluice.stream.FairBudget;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** A listener without a network: its services record all calls, and its clock is fixed. */
public final class FakeListener implements AutoCloseable {

    static final Target A = new Target("a", "m", 1, 1);
    static final Target B = new Target("b", "m", 1, 1);

    private static final String YAML = """
        providers:
          a: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
          b: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1" }
          limited: { type: openai_compatible, base_url: "http://127.0.0.1:9/v1", limits: { rpm: 1 } }
        models:
          one: { targets: [{ provider: a, model: m }] }
          strict: { strict: meaning, targets: [{ provider: a, model: m }] }
          two: { targets: [{ provider: a, model: m }, { provider: b, model: m }] }
          full: { targets: [{ provider: limited, model: m }, { provider: b, model: m }] }
          hedged:
            hedge: { after: 1ms }
            targets: [{ provider: a, model: m }, { provider: b, model: m }]
          resumed:
            on_stream_failure: continue
            targets: [{ provider: a, model: m }, { provider: b, model: m }]
          large: { targets: [{ provider: a, model: big }] }
        model_info:
          m: { input: 2, output: 8 }
          tiered: { input: 2, output: 8, cache_write: 2.5, modes: { priority: { times: 2 }, fast: { times: 3 } } }
          big: { input: 2, output: 8, context: 100000, traits: [large_images] }
        """;

    public final List<AttemptRecord> records = new ArrayList<>();
    /** Calls of metrics, such as {@code streamOpened} or {@code refused provider limits_spent}. */
    public final List<String> metrics = new ArrayList<>();

    final RetryBudgets retryBudgets = new RetryBudgets();
    public final Lifecycle lifecycle = new Lifecycle();
    final FairBudget memory = new FairBudget(1 << 20);
    final SluiceConfig config = config();
    public final ConfigSnapshot snapshot =
            new ConfigSnapshot(config, "test", new RouteTable(config, Map.of("a", 1L, "b", 1L, "limited", 1L)));
    public final ActiveConfig active = new ActiveConfig(snapshot);
    public final Quota quota = new Quota(frozenClock(), exceeded -> alert());
    public final ListenerContext context;
    boolean ledgerFull;
    /** Thrown by the ledger at each record. */
    Error ledgerFailure;
    /** Thrown by each alert of a budget. */
    RuntimeException alertFailure;

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final AccessLog accessLog = AccessLog.to(logged, config::log);

    FakeListener() {
        this(null, null);
    }

    public FakeListener(Vertx vertx, Bus bus) {
        quota.applyPolicy(QuotaPolicy.of(config, List.of()));
        GatewayServices services = new GatewayServices(
                active,
                null,
                quota,
                attemptLog(),
                ResourceOwners.inMemory(new byte[32]),
                new ResponseMemory(System::nanoTime),
                retryBudgets,
                lifecycle,
                memory,
                null,
                null,
                null,
                recordingMetrics(),
                accessLog);
        context = new ListenerContext(services, bus, new Heartbeat(vertx, () -> 0), null);
    }

    /** Ends the access log and returns its lines. */
    String accessLines() {
        accessLog.close();
        return logged.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        accessLog.close();
    }

    public RoutePlan plan(String model) {
        return snapshot.routes().plan(model, new Random(1));
    }

    public static RequestContext requestContext(Principal principal) {
        RequestContext context = new RequestContext("req-1", System.nanoTime(), System.currentTimeMillis());
        context.surface = Surface.CHAT_COMPLETIONS;
        context.principal = principal;
        context.method = "POST";
        context.path = "/v1/chat/completions";
        return context;
    }

    static ClientRequest chat(boolean stream) {
        return Protocols.read(
                Surface.CHAT_COMPLETIONS,
                ByteSlice.of("{\"model\":\"one\",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
    }

    /** A caller with a number of requests a minute. */
    public static Principal callerWithRpm(long rpm) {
        return caller(new Limits(rpm, 0, 0, 0, 0), null);
    }

    static Principal caller(Limits limits, Budget budget) {
        return new Principal(
                "k1",
                null,
                null,
                List.of(),
                List.of(),
                Principal.USUAL_PRIORITY,
                Principal.OPEN.role(),
                limits,
                budget);
    }

    private void alert() {
        if (alertFailure != null) {
            throw alertFailure;
        }
    }

    private AttemptLog attemptLog() {
        return new AttemptLog() {
            @Override
            public void append(AttemptRecord attempt) {
                if (ledgerFailure != null) {
                    throw ledgerFailure;
                }
                records.add(attempt);
            }

            @Override
            public boolean full() {
                return ledgerFull;
            }
        };
    }

    private Metrics recordingMetrics() {
        return FakeHttp.fake(Metrics.class, (proxy, method, args) -> {
            StringJoiner call = new StringJoiner(" ").add(method.getName());
            for (Object arg : args == null ? new Object[0] : args) {
                call.add(arg instanceof RequestContext ? "context" : String.valueOf(arg));
            }
            metrics.add(call.toString());
            return null;
        });
    }

    private static QuotaClock frozenClock() {
        return new QuotaClock() {
            @Override
            public long millis() {
                return 1_000_000;
            }

            @Override
            public long epochMillis() {
                return 1_764_000_000_000L;
            }
        };
    }

    private static SluiceConfig config() {
        LoadedConfig loaded = ConfigLoader.parse(YAML, "test.yaml", name -> null, Path.of("."));
        if (loaded instanceof LoadedConfig.Ok ok) {
            return ok.config();
        }
        throw new IllegalArgumentException(loaded.toString());
    }
}
