package dev.sluice.auth.jwt;

import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of the issuer's keys. They are fetched at the start, every {@code auth.jwt.refresh}, and when a token names
 * an unknown key, but not within ten seconds of the previous fetch. There is one fetch at a time; requests wait for it
 * for up to two seconds. While fetches fail, the last set stays in use for a day.
 *
 * <p>One for the process. May be called from any thread; fetches run on the context that created it.
 */
public final class JwksCache {

    private static final Logger LOG = LoggerFactory.getLogger(JwksCache.class);

    private static final long SECOND = 1_000_000_000L;
    private static final long KEPT_NANOS = 24 * 3600 * SECOND;
    private static final long UNKNOWN_KEY_NANOS = 10 * SECOND;
    private static final long NO_KEYS_NANOS = SECOND;
    private static final long CHECK_MILLIS = 500;
    private static final long WAIT_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context own;
    private final Supplier<SluiceConfig> config;
    private final JwksClient client;
    /** Of its own, so that checks wait for checks only. */
    private final WorkerExecutor workers;

    private final LongSupplier nanos;
    private volatile Loaded loaded;

    // Used on the context only:
    private JwtConfig fetchedFor;
    private long fetchStartNanos;
    private Boolean lastFetchSucceeded;
    private Promise<JwkSet> fetching;

    private record Loaded(JwtConfig of, JwkSet keys, long nanos) {}

    /**
     * Must be called on the context that is to fetch.
     *
     * @param nanos a monotonic clock, such as {@link System#nanoTime}
     */
    public JwksCache(Vertx vertx, Supplier<SluiceConfig> config, LongSupplier nanos) {
        this.nanos = nanos;
        this.vertx = vertx;
        this.own = vertx.getOrCreateContext();
        this.config = config;
        this.client = new JwksClient(vertx);
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        this.workers = vertx.createSharedWorkerExecutor("sluice-jwt", threads, 5, TimeUnit.SECONDS);
    }

    /** Starts fetching. Completes with the first keys, or after two seconds; never fails. */
    public Future<Void> start() {
        vertx.setPeriodic(CHECK_MILLIS, tick -> refreshIfDue());
        JwtConfig jwt = config.get().auth().jwt();
        return jwt == null
                ? Future.succeededFuture()
                : await(jwt, null, 0).transform(first -> Future.succeededFuture());
    }

    /** Runs slow work on a worker thread. */
    <T> Future<T> onWorker(Callable<T> work) {
        return workers.executeBlocking(work, false);
    }

    /** The current keys, or null. */
    JwkSet current(JwtConfig of) {
        Loaded last = loaded;
        return last != null && sameConfig(last.of, of) && nanos.getAsLong() - last.nanos < KEPT_NANOS
                ? last.keys
                : null;
    }

    /** The first keys. Fails if they do not arrive within two seconds. */
    Future<JwkSet> awaitFirst(JwtConfig of) {
        return await(of, null, NO_KEYS_NANOS);
    }

    /** Keys newer than {@code had}. Fails if there are none. */
    Future<JwkSet> awaitNewer(JwkSet had, JwtConfig of) {
        return await(of, had, UNKNOWN_KEY_NANOS);
    }

    private Future<JwkSet> await(JwtConfig of, JwkSet had, long pauseNanos) {
        Promise<JwkSet> result = Promise.promise();
        own.runOnContext(v -> {
            JwkSet now = current(of);
            if (now != null && now != had) {
                result.complete(now);
                return;
            }
            Promise<JwkSet> pending = fetching;
            if (pending == null || !sameConfig(fetchedFor, of)) {
                if (sameConfig(fetchedFor, of) && nanos.getAsLong() - fetchStartNanos < pauseNanos) {
                    result.fail(new TokenRejectedException("the last fetch was less than ten seconds ago"));
                    return;
                }
                pending = fetch(of);
            }
            long timer = vertx.setTimer(
                    WAIT_MILLIS,
                    late -> result.tryFail(new TokenRejectedException("the issuer did not respond in time")));
            pending.future().onComplete(fetch -> {
                vertx.cancelTimer(timer);
                if (fetch.failed()) {
                    result.tryFail(fetch.cause());
                } else if (fetch.result() == had) {
                    result.tryFail(new TokenRejectedException("the issuer's keys have not changed"));
                } else {
                    result.tryComplete(fetch.result());
                }
            });
        });
        return result.future();
    }

    private void refreshIfDue() {
        JwtConfig jwt = config.get().auth().jwt();
        if (jwt == null) {
            loaded = null;
            fetchedFor = null;
            return;
        }
        if (!sameConfig(fetchedFor, jwt)) {
            fetch(jwt);
        } else if (fetching == null) {
            long refresh = jwt.refresh().toNanos();
            long due = Boolean.TRUE.equals(lastFetchSucceeded) ? refresh : Math.min(refresh, UNKNOWN_KEY_NANOS);
            if (nanos.getAsLong() - fetchStartNanos >= due) {
                fetch(jwt);
            }
        }
    }

    /** The result may be there already: a fetch can fail at once. */
    private Promise<JwkSet> fetch(JwtConfig of) {
        if (!sameConfig(fetchedFor, of)) {
            lastFetchSucceeded = null;
        }
        Promise<JwkSet> mine = Promise.promise();
        fetching = mine;
        fetchedFor = of;
        fetchStartNanos = nanos.getAsLong();
        client.fetch(of).compose(json -> read(json, of)).onComplete(done -> {
            if (fetching == mine) {
                fetching = null;
                fetched(of, done.result(), done.cause());
            }
            if (done.succeeded()) {
                mine.complete(done.result());
            } else {
                mine.fail(done.cause());
            }
        });
        return mine;
    }

    /** The same object while the issuer's keys are unchanged, so that cached results stay valid. */
    private Future<JwkSet> read(byte[] json, JwtConfig of) {
        Loaded last = loaded;
        if (last != null && sameConfig(last.of, of) && last.keys.readFrom(json)) {
            return Future.succeededFuture(last.keys);
        }
        try {
            return Future.succeededFuture(JwkSet.read(vertx, json, of.algorithms()));
        } catch (TokenRejectedException rejected) {
            return Future.failedFuture(new TokenRejectedException("the issuer's key set " + rejected.getMessage()));
        }
    }

    private void fetched(JwtConfig of, JwkSet keys, Throwable failure) {
        boolean before = Boolean.TRUE.equals(lastFetchSucceeded);
        boolean first = lastFetchSucceeded == null;
        lastFetchSucceeded = keys != null;
        if (keys != null) {
            loaded = new Loaded(of, keys, nanos.getAsLong());
            if (!before) {
                LOG.info("auth.jwt: the issuer's keys are loaded ({})", keys);
            }
        } else if (before || first) {
            LOG.warn(
                    "auth.jwt: the issuer's keys cannot be fetched: {}. {}",
                    failure.getMessage(),
                    current(of) == null
                            ? "Requests with tokens get 503 until they can"
                            : "The last ones stay in use, for a day at most");
        }
    }

    private static boolean sameConfig(JwtConfig one, JwtConfig other) {
        return one == other || one != null && one.equals(other);
    }

    @Override
    public String toString() {
        Loaded last = loaded;
        return last == null ? "the issuer's keys are not loaded" : last.keys.toString();
    }
}
