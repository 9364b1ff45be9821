package dev.sluice.http.models;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.http.models.ModelListing.RenderedModel;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.model.Surface;
import dev.sluice.protocol.ErrorEnvelopes;
import dev.sluice.stream.Buffers;
import dev.sluice.stream.PausedRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * The handlers of {@code GET /v1/models} and {@code GET /v1/models/{id}}: the models that the caller's key may use, in
 * Anthropic's format if the request has an {@code anthropic-version}, in Google's under {@code /v1beta} or if it has an
 * {@code x-goog-api-key}, otherwise in OpenAI's.
 */
public final class ModelsHandler {

    /** Google's list, whose items have the names of its API. */
    public static final String GOOGLE_PATH = "/v1beta/models";

    private static final String JSON = "application/json";

    private final ModelListingService listingService;

    public ModelsHandler(ListenerContext listener, Vertx vertx) {
        this.listingService = new ModelListingService(listener, vertx);
    }

    public void list(RoutingContext routing) {
        Principal principal = principal(routing);
        respond(routing, listing -> switch (format(routing)) {
            case GOOGLE -> GoogleModelPage.of(listing.visible(principal), routing.queryParams());
            case ANTHROPIC ->
                ModelPage.of(listing.visible(principal), routing.queryParams()).body();
            case OPENAI -> listing.openAiList(principal);
        });
    }

    public void one(RoutingContext routing) {
        String id = routing.pathParam("*");
        Principal principal = principal(routing);
        respond(routing, listing -> {
            RenderedModel model = id == null || !ModelName.isValid(id) ? null : listing.find(id, principal);
            if (model == null) {
                throw new GatewayException(GatewayError.of(
                                Kind.MODEL_NOT_FOUND,
                                "model not found, or not allowed for this key (expected: a model of GET /v1/models)")
                        .withParam("model"));
            }
            return switch (format(routing)) {
                case GOOGLE -> model.google();
                case ANTHROPIC -> model.anthropic();
                case OPENAI -> model.openAi();
            };
        });
    }

    private void respond(RoutingContext routing, Function<ModelListing, ByteSlice> body) {
        PausedRequest.resume(routing.request());
        listingService
                .listing()
                .map(body)
                .onSuccess(json -> routing.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                        .putHeader(RequestIds.HEADER, RequestContextHandler.of(routing).requestId)
                        .end(Buffers.buffer(json)))
                .onFailure(routing::fail);
    }

    /** The list has the format of its errors. */
    private static ErrorEnvelopes format(RoutingContext routing) {
        HttpServerRequest request = routing.request();
        return ErrorEnvelopes.of(
                request.path(), request.getHeader("anthropic-version"), request.getHeader("x-goog-api-key"));
    }

    private static Principal principal(RoutingContext routing) {
        Principal principal = ApiKeyHandler.principal(routing);
        RequestContextHandler.of(routing).principal = principal;
        RequestContextHandler.of(routing).surface = Surface.MODELS;
        return principal;
    }
}
