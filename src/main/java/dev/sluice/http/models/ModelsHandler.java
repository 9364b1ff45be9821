package dev.sluice.http.models;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.http.models.ModelListing.Leaf;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.stream.Buffers;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * {@code GET /v1/models} and {@code GET /v1/models/{id}}: what this key may ask for, in Anthropic's shape for a request
 * that has an {@code anthropic-version}, else in OpenAI's.
 */
public final class ModelsHandler {

    private static final String JSON = "application/json";

    private final ModelListingService listingService;

    public ModelsHandler(ListenerContext listener, Vertx vertx) {
        this.listingService = new ModelListingService(listener, vertx);
    }

    public void list(RoutingContext context) {
        Principal principal = principal(context);
        answer(
                context,
                listing -> anthropic(context)
                        ? ModelPage.of(listing.visible(principal), context.queryParams())
                                .body()
                        : listing.openAiList(principal));
    }

    public void one(RoutingContext context) {
        String id = context.pathParam("*");
        Principal principal = principal(context);
        answer(context, listing -> {
            Leaf leaf = id == null || !ModelName.isValid(id) ? null : listing.find(id, principal);
            if (leaf == null) {
                throw new GatewayException(
                        GatewayError.of(Kind.MODEL_NOT_FOUND, "no such model here, or not for this key")
                                .withParam("model"));
            }
            return anthropic(context) ? leaf.anthropic() : leaf.openAi();
        });
    }

    private void answer(RoutingContext context, Function<ModelListing, ByteSlice> body) {
        context.request().resume();
        listingService
                .book()
                .map(body)
                .onSuccess(json -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                        .putHeader(RequestIds.HEADER, RequestContextHandler.of(context).requestId)
                        .end(Buffers.buffer(json)))
                .onFailure(context::fail);
    }

    private static boolean anthropic(RoutingContext context) {
        return context.request().getHeader("anthropic-version") != null;
    }

    private static Principal principal(RoutingContext context) {
        Principal principal = ApiKeyHandler.principal(context);
        RequestContextHandler.of(context).principal = principal;
        RequestContextHandler.of(context).surface = Surface.MODELS;
        return principal;
    }
}
