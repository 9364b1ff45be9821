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
 * The book of models as it is now: asks the providers' verticles for their lists, which they have in memory, and has
 * the book rendered anew, off the loop, only when one of them or the config has changed. Confined to one event loop.
 */
final class ModelListingService {

    /** How long the very first list of a provider is waited for; after that the answer goes without it. */
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

    Future<ModelListing> book() {
        ConfigSnapshot snapshot = listener.active().current();
        List<String> providers = new ArrayList<>(snapshot.config().providers().keySet());
        List<Future<List<ListedModel>>> asked =
                providers.stream().map(provider -> list(snapshot, provider)).toList();
        return Future.all(asked).compose(all -> {
            Map<String, List<ListedModel>> lists = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                lists.put(providers.get(i), asked.get(i).result());
            }
            return rendered(new ModelListing.Sources(snapshot, lists));
        });
    }

    /** A provider that a reload has just stopped has no list. */
    private Future<List<ListedModel>> list(ConfigSnapshot snapshot, String provider) {
        long generation = snapshot.routes().generation(provider);
        return listener.bus()
                .ask(Address.models(provider, generation), new ModelListQuery(WAIT_MILLIS))
                .map(ModelListQuery.Result::models)
                .otherwise(List.of());
    }

    private Future<ModelListing> rendered(ModelListing.Sources sources) {
        if (listing != null && listing.isOf(sources)) {
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
