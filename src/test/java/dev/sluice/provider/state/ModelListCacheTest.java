package dev.sluice.provider.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.provider.state.ModelListCache.FetchedList;
import dev.sluice.provider.state.ModelListCache.Snapshot;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One refresh at a time; the last known list is returned while it runs and when it fails. */
class ModelListCacheTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final String LOGGER = ModelListCache.class.getName();
    private static final long WAIT = 20_000;
    private static final List<ListedModel> ONE = List.of(ListedModel.unlisted("one", ModelFacts.UNKNOWN));
    private static final List<ListedModel> TWO = List.of(ListedModel.unlisted("two", ModelFacts.UNKNOWN));

    private final List<Snapshot> fetches = new ArrayList<>();
    private final List<Promise<FetchedList>> running = new ArrayList<>();

    @Test
    void theFirstRequestFetchesTheList() {
        ModelListCache cache = new ModelListCache("up", HOUR);

        Future<List<ListedModel>> models = ask(cache);
        running.getFirst().complete(new FetchedList(ONE, "\"v1\""));

        assertThat(RunningSluice.await(models)).isEqualTo(ONE);
        assertThat(fetches.getFirst().models()).isNull();
        assertThat(fetches.getFirst().etag()).isNull();
    }

    @Test
    void aFreshListIsNotFetchedAgain() {
        ModelListCache cache = new ModelListCache("up", HOUR);
        fill(cache, ONE);

        assertThat(RunningSluice.await(ask(cache))).isSameAs(ONE);
        assertThat(fetches).isEmpty();
    }

    @Test
    void requestsDuringARefreshShareIt() {
        ModelListCache cache = new ModelListCache("up", HOUR);
        Future<List<ListedModel>> first = ask(cache);
        Future<List<ListedModel>> second = ask(cache);

        running.getFirst().complete(new FetchedList(ONE, null));

        assertThat(fetches).hasSize(1);
        assertThat(RunningSluice.await(first)).isEqualTo(ONE);
        assertThat(RunningSluice.await(second)).isEqualTo(ONE);
    }

    @Test
    void anOldListIsReturnedAtOnceWhileItIsRefreshed() {
        ModelListCache cache = new ModelListCache("up", 0);
        fill(cache, ONE);

        Future<List<ListedModel>> stale = ask(cache);

        assertThat(stale.isComplete()).isTrue();
        assertThat(stale.result()).isEqualTo(ONE);
        running.getLast().complete(new FetchedList(TWO, null));
        assertThat(ask(cache).result()).isEqualTo(TWO);
    }

    @Test
    void aRefreshKnowsTheListAndTheTagBeforeIt() {
        ModelListCache cache = new ModelListCache("up", 0);
        Future<List<ListedModel>> first = ask(cache);
        running.getFirst().complete(new FetchedList(ONE, "\"v1\""));
        RunningSluice.await(first);

        assertThat(ask(cache).result()).isEqualTo(ONE);

        assertThat(fetches.getLast().models()).isEqualTo(ONE);
        assertThat(fetches.getLast().etag()).isEqualTo("\"v1\"");
    }

    @Test
    void anUnchangedListStaysTheSameObject() {
        ModelListCache cache = new ModelListCache("up", 0);
        fill(cache, ONE);

        fill(cache, List.of(ListedModel.unlisted("one", ModelFacts.UNKNOWN)));

        assertThat(ask(cache).result()).isSameAs(ONE);
    }

    @Test
    void aFailedRefreshKeepsTheLastList() {
        ModelListCache cache = new ModelListCache("up", 0);
        fill(cache, ONE);
        assertThat(ask(cache).result()).isEqualTo(ONE);

        running.getLast().fail(new IOException("gone"));

        assertThat(ask(cache).result()).isEqualTo(ONE);
        assertThat(fetches.getLast().lastRefreshFailed()).isTrue();
        assertThat(fetches.getLast().models()).isEqualTo(ONE);
    }

    @Test
    void afterAFailedFirstFetchTheListIsEmptyAndNotFetchedAtOnce() {
        ModelListCache cache = new ModelListCache("up", HOUR);
        Future<List<ListedModel>> first = ask(cache);

        running.getFirst().fail(new IOException("gone"));

        assertThat(RunningSluice.await(first)).isEmpty();
        assertThat(ask(cache).result()).isEmpty();
        assertThat(fetches).as("the next refresh is due in 30 s").hasSize(1);
    }

    @Test
    void aSupplierThatThrowsIsAFailedRefresh() {
        ModelListCache cache = new ModelListCache("up", 0);

        assertThat(RunningSluice.await(cache.models(WAIT, known -> {
                    throw new IllegalStateException("broken");
                })))
                .isEmpty();
        assertThat(RunningSluice.await(cache.models(WAIT, known -> Future.succeededFuture(new FetchedList(ONE, null)))))
                .as("a later refresh works")
                .isEqualTo(ONE);
    }

    @Test
    void aRequestThatMayNotWaitGetsNoList() {
        ModelListCache cache = new ModelListCache("up", HOUR);

        Future<List<ListedModel>> models = cache.models(0, this::fetch);

        assertThat(models.isComplete()).isTrue();
        assertThat(models.result()).isEmpty();
        assertThat(fetches).as("but the refresh was started").hasSize(1);
    }

    @Test
    void aRequestStopsWaitingAndALaterOneGetsTheList() {
        ModelListCache cache = new ModelListCache("up", HOUR);

        assertThat(RunningSluice.await(cache.models(1, this::fetch))).isEmpty();

        running.getFirst().complete(new FetchedList(ONE, null));
        assertThat(ask(cache).result()).isEqualTo(ONE);
    }

    @Test
    void theFirstOfSeveralFailuresIsLogged() {
        ModelListCache cache = new ModelListCache("up", 0);
        try (CapturedLog log = CapturedLog.open()) {
            fail(cache);
            assertThat(log.from(LOGGER)).isEqualTo(1);
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("WARN the model list of provider up cannot be fetched, none of its models"
                                    + " is listed"));
        }
        try (CapturedLog log = CapturedLog.open()) {
            fail(cache);
            assertThat(log.from(LOGGER)).isZero();
        }
    }

    @Test
    void aRefreshThatTheStopCutsShortIsNotLogged() {
        ModelListCache cache = new ModelListCache("up", HOUR);
        try (CapturedLog log = CapturedLog.open()) {
            Future<List<ListedModel>> models = ask(cache);
            cache.close();
            running.getFirst().fail(new IOException("closed"));

            assertThat(RunningSluice.await(models)).isEmpty();
            assertThat(log.from(LOGGER)).isZero();
        }
    }

    private Future<List<ListedModel>> ask(ModelListCache cache) {
        return cache.models(WAIT, this::fetch);
    }

    private Future<FetchedList> fetch(Snapshot known) {
        fetches.add(known);
        running.add(Promise.promise());
        return running.getLast().future();
    }

    private static void fill(ModelListCache cache, List<ListedModel> models) {
        RunningSluice.await(cache.models(WAIT, known -> Future.succeededFuture(new FetchedList(models, null))));
    }

    private static void fail(ModelListCache cache) {
        RunningSluice.await(cache.models(WAIT, known -> Future.failedFuture(new IOException("gone"))));
    }
}
