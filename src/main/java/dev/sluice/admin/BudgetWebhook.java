package dev.sluice.admin;

import dev.sluice.admin.api.LimitsJson;
import dev.sluice.quota.BudgetAlert;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender of budget alerts to {@code alerts.webhook}: one JSON POST at a time, with a timeout of five seconds and
 * two retries. Not on the request path. The queue is bounded; alerts beyond it are in the log and the metrics only.
 */
public final class BudgetWebhook {

    static final int MAX_QUEUED = 256;

    private static final Logger LOG = LoggerFactory.getLogger(BudgetWebhook.class);
    private static final long TIMEOUT_MILLIS = 5_000;
    private static final int TRIES = 3;
    private static final long PAUSE_MILLIS = 250;
    private static final int REDIRECT = 300;

    private final Vertx vertx;
    private final Supplier<String> address;
    private final long timeoutMillis;
    private final HttpClient client;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Context context;
    /** Used on the context only, like the fields below. */
    private final Queue<Buffer> bodies = new ArrayDeque<>();

    private boolean sending;

    /** @param address read before each attempt; null for none */
    public BudgetWebhook(Vertx vertx, Supplier<String> address) {
        this(vertx, address, TIMEOUT_MILLIS);
    }

    BudgetWebhook(Vertx vertx, Supplier<String> address, long timeoutMillis) {
        this.vertx = vertx;
        this.address = address;
        this.timeoutMillis = timeoutMillis;
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout((int) timeoutMillis).setKeepAlive(false),
                new PoolOptions().setHttp1MaxSize(1).setMaxWaitQueueSize(1));
    }

    /** May be called from any thread; neither blocks nor fails. */
    public void send(BudgetAlert alert) {
        if (address.get() == null) {
            return;
        }
        if (waiting.incrementAndGet() > MAX_QUEUED) {
            waiting.decrementAndGet();
            return;
        }
        Buffer body = body(alert, Instant.now());
        context.runOnContext(v -> {
            bodies.add(body);
            next();
        });
    }

    private static Buffer body(BudgetAlert alert, Instant at) {
        return new JsonObject()
                .put("scope", alert.scope().label())
                .put("name", alert.name())
                .put("key", alert.key())
                .put("kind", LimitsJson.label(alert.kind()))
                .put("spent_usd", LimitsJson.usd(alert.spentNanoUsd()))
                .put("budget_usd", LimitsJson.usd(alert.budget().nanoUsd()))
                .put("period", LimitsJson.label(alert.budget().period()))
                .put("at", at.toString())
                .toBuffer();
    }

    private void next() {
        Buffer body = sending ? null : bodies.poll();
        if (body == null) {
            return;
        }
        sending = true;
        send(body, 1).onComplete(delivered -> {
            if (delivered.failed()) {
                LOG.warn(
                        "Budget alert not delivered to alerts.webhook after {} attempts: {}",
                        TRIES,
                        delivered.cause().getMessage());
            }
            sending = false;
            waiting.decrementAndGet();
            next();
        });
    }

    private Future<Void> send(Buffer body, int attempt) {
        return post(body)
                .recover(failure -> attempt == TRIES
                        ? Future.failedFuture(failure)
                        : vertx.timer(PAUSE_MILLIS * attempt, TimeUnit.MILLISECONDS)
                                .compose(passed -> send(body, attempt + 1)));
    }

    private Future<Void> post(Buffer body) {
        String url = address.get();
        if (url == null) {
            return Future.succeededFuture();
        }
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(url)
                        .setFollowRedirects(false)
                        .setTimeout(timeoutMillis)
                        .putHeader("content-type", "application/json"))
                .compose(request -> request.send(body)
                        .compose(response -> response.end().map(response.statusCode()))
                        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                        // Otherwise a receiver that responds without end keeps the only connection.
                        .onFailure(failure -> request.reset()))
                .compose(status -> status < REDIRECT
                        ? Future.succeededFuture()
                        : Future.failedFuture(new IllegalStateException("it responded with status " + status)));
    }
}
