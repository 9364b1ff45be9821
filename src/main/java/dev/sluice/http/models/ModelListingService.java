package dev.sluice.http.models;

import dev.sluice.bus.Address;
import dev.sluice.bus.ModelListQuery;
import dev.sluice.catalog.ListedModel;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.route.ConfigSnapshot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The service that keeps the current {@link ModelListing}. It queries the verticles of the providers for their lists,
 * which are in memory, and renders a new listing on a worker thread only if a list or the config has changed. Confined
 * to one event loop.
 */
final class ModelListingService {

    /** How long a request waits for the first list of a provider. After that, the list is left out. */
    private static final long WAIT_MILLIS = 2_000;

    private final ListenerContext listener;
    private final Vertx vertx;
    private ModelListing listing;
    private ModelListing.Sources wanted;
    private Future<ModelListing> rendering;

    ModelListingService(ListenerContext listener, Vertx vertx) {
        this.listener = listener;
        this.vertx = vertx;
    }

    Future<ModelListing> listing() {
        ConfigSnapshot snapshot = listener.active().current();
        List<String> providers = new ArrayList<>(snapshot.config().providers().keySet());
        List<Future<List<ListedModel>>> futures =
                providers.stream().map(provider -> list(snapshot, provider)).toList();
        return Future.all(futures).compose(all -> {
            Map<String, List<ListedModel>> lists = new LinkedHashMap<>();
            for (int i = 0; i < futures.size(); i++) {
                lists.put(providers.get(i), futures.get(i).result());
            }
            return render(new ModelListing.Sources(snapshot, lists));
        });
    }

    /** Empty for a provider that a reload has just stopped. */
    private Future<List<ListedModel>> list(ConfigSnapshot snapshot, String provider) {
        long generation = snapshot.routes().generation(provider);
        return listener.bus()
                .request(Address.models(provider, generation), new ModelListQuery(WAIT_MILLIS))
                .map(ModelListQuery.Result::models)
                .otherwise(List.of());
    }

    private Future<ModelListing> render(ModelListing.Sources sources) {
        if (listing != null && listing.isFrom(sources)) {
            return Future.succeededFuture(listing);
        }
        if (rendering == null || !wanted.same(sources)) {
            wanted = sources;
            rendering = vertx.executeBlocking(() -> new ModelListing(sources), false)
                    .onSuccess(ready -> {
                        if (wanted == sources) {
                            listing = ready;
                        }
                    })
                    .onComplete(done -> {
                        if (wanted == sources) {
                            rendering = null;
                        }
                    });
        }
        return rendering;
    }
}
