package dev.sluice.http.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.bus.ProviderReply;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResourceOwners;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Relay;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.route.Target;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The ownership of files and batches in one request: what the caller may name, what is recorded as its own, and what of
 * a list it sees.
 */
final class OwnedResources {

    /** Pages of a provider's list that are read for one page of the caller. */
    private static final int MAX_PAGES = 50;

    private static final List<String> MADE_BY_BATCHES =
            List.of("output_file_id", "error_file_id", "output_file", "error_file");

    private final ListenerContext listener;
    private final ResourceOwners owners;
    private final Vertx vertx;
    private final Exchange exchange;
    private final Principal caller;
    private final Surface surface;
    private final Target target;
    private final ResourcePath path;
    private final Function<CharSequence, String> headers;

    OwnedResources(
            ListenerContext listener,
            Vertx vertx,
            Exchange exchange,
            Surface surface,
            Target target,
            ResourcePath path,
            Function<CharSequence, String> headers) {
        this.listener = listener;
        this.owners = listener.owners();
        this.vertx = vertx;
        this.exchange = exchange;
        this.caller = exchange.context().principal;
        this.surface = surface;
        this.target = target;
        this.path = path;
        this.headers = headers;
    }

    /** Fails with NOT_FOUND unless the caller may use the path's file or batch. */
    Future<Void> checkPath() {
        return caller.seesAllResources() || path.id() == null
                ? Future.succeededFuture()
                : requireOwned(Set.of(path.id()), surface);
    }

    /** Fails with NOT_FOUND unless the caller may use all files that the body of a new batch names. */
    Future<ClientRequest> checkBody(ClientRequest request) {
        if (caller.seesAllResources()
                || surface != Surface.BATCHES
                || request.relay().isRead()) {
            return Future.succeededFuture(request);
        }
        if (request.relay().upload() != null) {
            return Future.failedFuture(invalid());
        }
        if (request.body().isEmpty()) {
            return Future.succeededFuture(request);
        }
        return read(request.body())
                .recover(malformed -> Future.failedFuture(invalid()))
                .compose(body -> {
                    Set<String> files = new HashSet<>();
                    collectFiles(body, false, files);
                    return files.isEmpty() ? Future.<Void>succeededFuture() : requireOwned(files, Surface.FILES);
                })
                .map(request);
    }

    /** The step between the provider's response and the client. */
    Future<ProviderReply.Complete> review(ClientRequest request, ProviderReply.Complete response) {
        if (caller == Principal.OPEN) {
            return Future.succeededFuture(response);
        }
        boolean list = path.id() == null && request.relay().isRead();
        if (list && !caller.seesAllResources()) {
            return list(request, response, MAX_PAGES);
        }
        if (request.relay().method().equals("DELETE") && path.item() && path.id() != null) {
            return owners.forget(target.provider(), path.id()).map(response);
        }
        boolean created = path.id() == null && !list;
        boolean ownBatch = surface == Surface.BATCHES && path.id() != null && !caller.seesAllResources();
        if (!created && !ownBatch) {
            return Future.succeededFuture(response);
        }
        return read(response.body())
                .recover(malformed -> Future.succeededFuture(null))
                .compose(body -> body == null
                        ? Future.<Void>succeededFuture()
                        : owners.record(caller.owner(), target.provider(), newIds(body, created)))
                .map(response);
    }

    /** A page with the caller's own entries. A page without any is skipped, because clients stop at an empty one. */
    private Future<ProviderReply.Complete> list(ClientRequest request, ProviderReply.Complete response, int pagesLeft) {
        return read(response.body()).compose(body -> {
            if (!(body instanceof ObjectNode page && page.get("data") instanceof ArrayNode data)) {
                return Future.failedFuture(unreadable());
            }
            List<String> ids = StreamSupport.stream(data.spliterator(), false)
                    .map(entry -> entry.path("id").textValue())
                    .filter(Objects::nonNull)
                    .toList();
            return owners.owned(caller.owner(), target.provider(), ids).compose(own -> {
                String last = ids.isEmpty() ? null : ids.getLast();
                boolean more = page.path("has_more").asBoolean(false) && last != null;
                if (own.isEmpty() && more && pagesLeft > 1 && last.matches("[A-Za-z0-9_.:~-]+")) {
                    response.release();
                    return nextPage(request, last, pagesLeft - 1);
                }
                return Future.succeededFuture(response.withBody(Json.bytes(onlyOwn(page, data, own))));
            });
        });
    }

    private Future<ProviderReply.Complete> nextPage(ClientRequest request, String last, int pagesLeft) {
        Relay relay = request.relay();
        ClientRequest next = ClientRequest.relayed(
                surface,
                request.model(),
                ByteSlice.EMPTY,
                new Relay(relay.method(), ResourcePath.after(path.tail(), last), null, null, false));
        return listener.read(exchange.context(), next, target, headers, vertx.getOrCreateContext())
                .compose(reply -> switch (reply) {
                    case ProviderReply.Complete whole when whole.status() == 200 -> list(next, whole, pagesLeft);
                    case ProviderReply.Failed failed -> Future.failedFuture(new GatewayException(failed.error()));
                    default -> Future.failedFuture(unreadable());
                });
    }

    private static ObjectNode onlyOwn(ObjectNode page, ArrayNode data, Set<String> own) {
        ArrayNode kept = page.arrayNode();
        for (JsonNode entry : data) {
            if (entry.path("id").isTextual() && own.contains(entry.path("id").textValue())) {
                kept.add(entry);
            }
        }
        page.set("data", kept);
        page.remove("total");
        if (page.has("first_id")) {
            page.set("first_id", kept.isEmpty() ? page.nullNode() : kept.get(0).get("id"));
        }
        if (page.has("last_id")) {
            page.set(
                    "last_id",
                    kept.isEmpty() ? page.nullNode() : kept.get(kept.size() - 1).get("id"));
        }
        if (kept.isEmpty() && page.has("has_more")) {
            page.put("has_more", false);
        }
        return page;
    }

    private static List<String> newIds(JsonNode body, boolean created) {
        Stream<String> outputs =
                MADE_BY_BATCHES.stream().map(name -> body.path(name).textValue());
        Stream<String> own = created ? Stream.of(body.path("id").textValue()) : Stream.empty();
        return Stream.concat(own, outputs)
                .filter(id -> id != null && !id.isEmpty())
                .toList();
    }

    /** Every text below a member whose name contains "file", in any case. */
    private static void collectFiles(JsonNode node, boolean inFile, Set<String> files) {
        if (node.isObject()) {
            node.fields()
                    .forEachRemaining(member -> collectFiles(
                            member.getValue(),
                            inFile || member.getKey().toLowerCase(Locale.ROOT).contains("file"),
                            files));
        } else if (node.isArray()) {
            node.forEach(element -> collectFiles(element, inFile, files));
        } else if (inFile && node.isTextual()) {
            files.add(node.textValue());
        }
    }

    private Future<Void> requireOwned(Set<String> ids, Surface of) {
        return owners.owned(caller.owner(), target.provider(), ids)
                .compose(own -> own.containsAll(ids)
                        ? Future.succeededFuture()
                        : Future.failedFuture(ResourcePath.notFound(of)));
    }

    private Future<JsonNode> read(ByteSlice json) {
        if (json.length() > WorkerPool.INLINE_BYTES) {
            return WorkerPool.of(vertx, WorkerPool.Purpose.BODIES)
                    .run(() -> Json.read(json))
                    .recover(malformed -> Future.failedFuture(unreadable()));
        }
        try {
            return Future.succeededFuture(Json.read(json));
        } catch (MalformedJson malformed) {
            return Future.failedFuture(unreadable());
        }
    }

    private static GatewayException unreadable() {
        return new GatewayException(GatewayError.of(
                Kind.UPSTREAM, "the provider's list cannot be read, so that it cannot be limited to your own entries"));
    }

    private static GatewayException invalid() {
        return new GatewayException(GatewayError.invalid(
                "The body of a batch is not valid JSON (expected: one object with unique names).",
                null,
                "invalid_json"));
    }
}
