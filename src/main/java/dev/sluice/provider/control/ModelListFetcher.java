package dev.sluice.provider.control;

import dev.sluice.catalog.ListedModel;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.models.ModelLists;
import dev.sluice.provider.state.KeyPool;
import dev.sluice.provider.state.ModelListCache;
import dev.sluice.provider.state.ModelListCache.FetchedList;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.NetworkFailure;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.simulator.SimulatorServer;
import dev.sluice.stream.BoundedGet;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Fetches a provider's own model list page by page, and parses it off the event loop. */
public final class ModelListFetcher {

    private static final long PAGE_MILLIS = 10_000;
    /** The longest known list, OpenRouter's, has about a megabyte (2026-11). */
    static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int MAX_PAGES = 20;

    private static final List<ListedModel> SIMULATED = SimulatorServer.MODELS.stream()
            .map(id -> ListedModel.unlisted(id, ModelFacts.UNKNOWN))
            .toList();

    private final Vertx vertx;
    private final ProviderState state;
    private final UpstreamClient upstream;
    private final UpstreamHeaders headers;
    private final ControlCallLimit limit;

    public ModelListFetcher(Vertx vertx, ProviderState state, UpstreamClient upstream, UpstreamHeaders headers) {
        this.vertx = vertx;
        this.state = state;
        this.upstream = upstream;
        this.headers = headers;
        this.limit = ControlCallLimit.of(vertx, ControlCallLimit.Purpose.MODEL_LISTS);
    }

    /** The models of the provider, from the cache, or fetched when the cache is too old. Never fails. */
    public Future<List<ListedModel>> models(long waitMillis) {
        ProviderSettings settings = state.settings();
        if (settings.type().simulated()) {
            return Future.succeededFuture(SIMULATED);
        }
        boolean fetched = settings.type().listsModels()
                && !settings.config().modelsTtl().isZero()
                && settings.pathFor(Surface.MODELS, "") != null;
        return fetched
                ? state.modelList().models(waitMillis, known -> limit.run(vertx, () -> fetch(known)))
                : Future.succeededFuture(List.of());
    }

    private Future<FetchedList> fetch(ModelListCache.Snapshot known) {
        KeyPool.Lease key = state.keys().draw(null);
        if (key == null) {
            return Future.failedFuture(
                    new IOException(state.keys().exhausted(null).message()));
        }
        List<String> sent = headers.control(key.secret());
        List<String> conditional = new ArrayList<>(sent);
        if (known.etag() != null && known.models() != null) {
            conditional.addAll(List.of("if-none-match", known.etag()));
        }
        return get(null, conditional).compose(response -> {
            if (response.head().statusCode() == 304 && conditional.size() > sent.size()) {
                return Future.succeededFuture(new FetchedList(known.models(), known.etag()));
            }
            return read(response)
                    .compose(page -> followingPages(page, new ArrayList<>(page.models()), sent, 1)
                            // The ETag of the first page does not cover the others.
                            .map(all -> new FetchedList(
                                    all, page.next() == null ? response.head().getHeader("etag") : null)));
        });
    }

    private Future<List<ListedModel>> followingPages(
            ModelLists.Page page, List<ListedModel> all, List<String> sent, int pages) {
        if (page.next() == null) {
            return Future.succeededFuture(List.copyOf(all));
        }
        if (pages == MAX_PAGES) {
            return Future.failedFuture(new IOException("its model list has more than " + MAX_PAGES + " pages"));
        }
        return get(page.next(), sent).compose(this::read).compose(next -> {
            all.addAll(next.models());
            return followingPages(next, all, sent, pages + 1);
        });
    }

    /** @param page null for the first */
    private Future<BoundedGet.Response> get(ModelLists.Next page, List<String> sent) {
        String path = state.settings().pathFor(Surface.MODELS, "");
        String target = page == null ? path : path + (path.indexOf('?') < 0 ? '?' : '&') + query(page);
        return call(target, sent)
                // The provider may have closed an idle connection.
                .recover(failure ->
                        NetworkFailure.isClosing(failure) ? call(target, sent) : Future.failedFuture(failure));
    }

    private static String query(ModelLists.Next page) {
        String cursor = URLEncoder.encode(page.cursor(), StandardCharsets.UTF_8);
        return page.size() + "=" + ModelLists.LARGEST_PAGE + "&" + page.name() + "=" + cursor;
    }

    private Future<BoundedGet.Response> call(String path, List<String> sent) {
        return BoundedGet.send(vertx, upstream.get(path, sent, PAGE_MILLIS), PAGE_MILLIS, MAX_BYTES);
    }

    private Future<ModelLists.Page> read(BoundedGet.Response response) {
        int status = response.head().statusCode();
        if (status != 200) {
            return Future.failedFuture(new IOException("responded with status " + status));
        }
        ByteSlice body = response.body();
        return vertx.executeBlocking(() -> ModelLists.read(body), false);
    }
}
