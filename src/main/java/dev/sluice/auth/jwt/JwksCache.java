package dev.sluice.auth.jwt;

import dev.sluice.config.JwtConfig;
import dev.sluice.config.SluiceConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The issuer's keys, kept fresh: fetched at the start, every {@code auth.jwt.refresh}, and when a token names a key
 * that is not known, though not within ten seconds of the fetch before. One fetch at a time; who needs it waits for it,
 * two seconds at most. A set that was good stays in use while fetches fail, for a day; then there is none.
 *
 * <p>One for the process. {@link #now} may be called by any thread; fetches run on the context it was started on.
 */
public final class JwksCache {

    private static final Logger LOG = LoggerFactory.getLogger(JwksCache.class);

    private static final long SECOND = 1_000_000_000L;
    private static final long KEPT_NANOS = 24 * 3600 * SECOND;
    private static final long UNKNOWN_KEY_NANOS = 10 * SECOND;
    private static final long NO_KEYS_NANOS = SECOND;
    private static final long LOOK_MILLIS = 500;
    private static final long WAIT_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context own;
    private final Supplier<SluiceConfig> config;
    private final JwksClient client;
    private final LongSupplier nanos;
    private volatile Loaded loaded;

    // Of the context alone:
    private JwtConfig asked;
    private long askedNanos;
    private Boolean went;
    private Promise<JwkSet> flight;

    private record Loaded(JwtConfig of, JwkSet keys, long nanos) {}

    /** To be made on the context that fetches. */
    public JwksCache(Vertx vertx, Supplier<SluiceConfig> config) {
        this(vertx, config, System::nanoTime);
    }

    JwksCache(Vertx vertx, Supplier<SluiceConfig> config, LongSupplier nanos) {
        this.nanos = nanos;
        this.vertx = vertx;
        this.own = vertx.getOrCreateContext();
        this.config = config;
        this.client = new JwksClient(vertx);
    }

    /** Begins to fetch. Completes when the first keys are there, or after two seconds; never fails. */
    public Future<Void> start() {
        vertx.setPeriodic(LOOK_MILLIS, tick -> look());
        JwtConfig jwt = config.get().auth().jwt();
        return jwt == null ? Future.succeededFuture() : ask(jwt, null, 0).transform(first -> Future.succeededFuture());
    }

    /** Does what takes long on a worker thread. */
    <T> Future<T> aside(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }

    /** The keys that count now, or null when there are none. */
    JwkSet now(JwtConfig of) {
        Loaded last = loaded;
        return last != null && same(last.of, of) && nanos.getAsLong() - last.nanos < KEPT_NANOS ? last.keys : null;
    }

    /** The first keys. Fails when they do not come. */
    Future<JwkSet> first(JwtConfig of) {
        return ask(of, null, NO_KEYS_NANOS);
    }

    /** Keys that came after {@code had}, or fails when there are none. */
    Future<JwkSet> after(JwkSet had, JwtConfig of) {
        return ask(of, had, UNKNOWN_KEY_NANOS);
    }

    private Future<JwkSet> ask(JwtConfig of, JwkSet had, long pauseNanos) {
        Promise<JwkSet> answer = Promise.promise();
        own.runOnContext(v -> {
            JwkSet now = now(of);
            if (now != null && now != had) {
                answer.complete(now);
                return;
            }
            if (flight == null || !same(asked, of)) {
                if (same(asked, of) && nanos.getAsLong() - askedNanos < pauseNanos) {
                    answer.fail(new TokenRejectedException("asked a moment ago"));
                    return;
                }
                fetch(of);
            }
            long timer = vertx.setTimer(
                    WAIT_MILLIS, late -> answer.tryFail(new TokenRejectedException("no answer in time")));
            flight.future().onComplete(landed -> {
                vertx.cancelTimer(timer);
                if (landed.failed()) {
                    answer.tryFail(landed.cause());
                } else if (landed.result() == had) {
                    answer.tryFail(new TokenRejectedException("nothing new"));
                } else {
                    answer.tryComplete(landed.result());
                }
            });
        });
        return answer.future();
    }

    private void look() {
        JwtConfig jwt = config.get().auth().jwt();
        if (jwt == null) {
            loaded = null;
            asked = null;
            return;
        }
        if (!same(asked, jwt)) {
            fetch(jwt);
        } else if (flight == null) {
            long refresh = jwt.refresh().toNanos();
            long due = Boolean.TRUE.equals(went) ? refresh : Math.min(refresh, UNKNOWN_KEY_NANOS);
            if (nanos.getAsLong() - askedNanos >= due) {
                fetch(jwt);
            }
        }
    }

    private void fetch(JwtConfig of) {
        if (!same(asked, of)) {
            went = null;
        }
        Promise<JwkSet> mine = Promise.promise();
        flight = mine;
        asked = of;
        askedNanos = nanos.getAsLong();
        client.fetch(of).compose(json -> read(json, of)).onComplete(done -> {
            if (flight == mine) {
                flight = null;
                landed(of, done.result(), done.cause());
            }
            if (done.succeeded()) {
                mine.complete(done.result());
            } else {
                mine.fail(done.cause());
            }
        });
    }

    /** The same object while the issuer says the same, so that what was found good with it stays known. */
    private Future<JwkSet> read(byte[] json, JwtConfig of) {
        Loaded last = loaded;
        if (last != null && same(last.of, of) && last.keys.readFrom(json)) {
            return Future.succeededFuture(last.keys);
        }
        try {
            return Future.succeededFuture(JwkSet.read(vertx, json, of.algorithms()));
        } catch (TokenRejectedException rejected) {
            return Future.failedFuture(new TokenRejectedException("the set of keys " + rejected.getMessage()));
        }
    }

    private void landed(JwtConfig of, JwkSet keys, Throwable failure) {
        boolean before = Boolean.TRUE.equals(went);
        boolean first = went == null;
        went = keys != null;
        if (keys != null) {
            loaded = new Loaded(of, keys, nanos.getAsLong());
            if (!before) {
                LOG.info("auth.jwt: the issuer's keys are here ({})", keys);
            }
        } else if (before || first) {
            LOG.warn(
                    "auth.jwt: the issuer's keys cannot be fetched: {}. {}",
                    failure.getMessage(),
                    now(of) == null
                            ? "Tokens are answered 503 until they can"
                            : "Those fetched before count on, for a day at most");
        }
    }

    private static boolean same(JwtConfig one, JwtConfig other) {
        return one == other || one != null && one.equals(other);
    }

    @Override
    public String toString() {
        Loaded last = loaded;
        return last == null ? "no keys of an issuer" : last.keys.toString();
    }
}
