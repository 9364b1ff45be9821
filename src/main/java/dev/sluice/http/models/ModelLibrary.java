package dev.sluice.http.models;

import dev.sluice.bus.Address;
import dev.sluice.bus.ModelList;
import dev.sluice.catalog.ListedModel;
import dev.sluice.http.exchange.Desk;
import dev.sluice.route.Serving;
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
final class ModelLibrary {

    /** How long the very first list of a provider is waited for; after that the answer goes without it. */
    private static final long WAIT_MILLIS = 2_000;

    private final Desk desk;
    private final Vertx vertx;
    private ModelBook book;
    private ModelBook.Sources wanted;
    private Future<ModelBook> rendering;

    ModelLibrary(Desk desk, Vertx vertx) {
        this.desk = desk;
        this.vertx = vertx;
    }

    Future<ModelBook> book() {
        Serving serving = desk.live().current();
        List<String> providers = new ArrayList<>(serving.config().providers().keySet());
        List<Future<List<ListedModel>>> asked =
                providers.stream().map(provider -> list(serving, provider)).toList();
        return Future.all(asked).compose(all -> {
            Map<String, List<ListedModel>> lists = new LinkedHashMap<>();
            for (int i = 0; i < asked.size(); i++) {
                lists.put(providers.get(i), asked.get(i).result());
            }
            return rendered(new ModelBook.Sources(serving, lists));
        });
    }

    /** A provider that a reload has just stopped has no list. */
    private Future<List<ListedModel>> list(Serving serving, String provider) {
        long generation = serving.routes().generation(provider);
        return desk.bus()
                .ask(Address.models(provider, generation), new ModelList(WAIT_MILLIS))
                .map(ModelList.Result::models)
                .otherwise(List.of());
    }

    private Future<ModelBook> rendered(ModelBook.Sources sources) {
        if (book != null && book.isOf(sources)) {
            return Future.succeededFuture(book);
        }
        if (rendering == null || !wanted.same(sources)) {
            wanted = sources;
            rendering = vertx.executeBlocking(() -> new ModelBook(sources), false)
                    .onSuccess(ready -> {
                        if (wanted == sources) {
                            book = ready;
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
