package dev.sluice.http.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ModelListQuery;
import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.http.exchange.FakeListener;
import dev.sluice.model.Principal;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A listing is rendered again only if a provider's list or the configuration has changed. */
class ModelListingServiceTest {

    private static final List<ListedModel> SMALL = List.of(ListedModel.unlisted("small", ModelFacts.UNKNOWN));
    private static final List<ListedModel> LARGE = List.of(ListedModel.unlisted("large", ModelFacts.UNKNOWN));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    /** What provider a responds; the last one again and again. Used on the event loop. */
    private final Deque<List<ListedModel>> lists = new ArrayDeque<>(List.of(SMALL));

    private FakeListener listener;
    private ModelListingService service;

    @BeforeEach
    void start() {
        Bus.prepare(vertx);
        onLoop(() -> {
            Bus bus = new Bus(vertx);
            bus.serve(
                    Address.models("a", 1),
                    query -> Future.succeededFuture(
                            new ModelListQuery.Result(lists.size() > 1 ? lists.poll() : lists.peek())));
            listener = new FakeListener(vertx, bus);
            service = new ModelListingService(listener.context, vertx);
            return Future.succeededFuture();
        });
    }

    @AfterEach
    void stop() {
        listener.close();
        RunningSluice.await(vertx.close());
    }

    /** Provider b does not run. */
    @Test
    void aListingHasTheRoutesAndTheModelsOfTheProvidersThatRun() {
        assertThat(ids(listing())).contains("one", "a/small").noneMatch(id -> id.startsWith("b/s"));
    }

    @Test
    void anUnchangedListingIsRenderedOnce() {
        assertThat(listing()).isSameAs(listing());
    }

    @Test
    void requestsAtTheSameTimeShareOneRendering() {
        List<ModelListing> both = twoAtOnce();

        assertThat(both.getFirst()).isSameAs(both.getLast());
    }

    @Test
    void aChangedListIsRendered() {
        assertThat(ids(listing())).contains("a/small");

        setLists(List.of(LARGE));

        assertThat(ids(listing())).contains("a/large").doesNotContain("a/small");
    }

    @Test
    void aChangedConfigurationIsRendered() {
        ModelListing before = listing();

        listener.active.swap(new ConfigSnapshot(listener.snapshot.config(), "next", listener.snapshot.routes()));

        assertThat(listing()).isNotSameAs(before);
    }

    /** The first rendering may end last: it is the response to its request, but not kept. */
    @Test
    void aRenderingOfAnOlderListIsNotKept() {
        setLists(List.of(SMALL, LARGE));

        List<ModelListing> both = twoAtOnce();

        assertThat(ids(both.getFirst())).contains("a/small");
        assertThat(ids(both.getLast())).contains("a/large");
        assertThat(listing()).isSameAs(both.getLast());
    }

    private List<ModelListing> twoAtOnce() {
        return onLoop(() -> {
            Future<ModelListing> one = service.listing();
            Future<ModelListing> other = service.listing();
            return Future.all(one, other).map(both -> List.of(one.result(), other.result()));
        });
    }

    private void setLists(List<List<ListedModel>> next) {
        onLoop(() -> {
            lists.clear();
            lists.addAll(next);
            return Future.succeededFuture();
        });
    }

    private ModelListing listing() {
        return onLoop(service::listing);
    }

    private static List<String> ids(ModelListing listing) {
        return listing.visible(Principal.OPEN).stream()
                .map(ModelListing.RenderedModel::id)
                .toList();
    }

    private <T> T onLoop(Supplier<Future<T>> action) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(v -> action.get().onComplete(done));
        return RunningSluice.await(done.future());
    }
}
