package dev.sluice.simulator;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Collectors;

/** The simulator's endpoints: some of OpenAI's API and, if it is observable, two of its own. */
final class Endpoints implements Handler<HttpServerRequest> {

    private static final String MODELS = "/v1/models";
    private static final String REQUEST_ID = "x-request-id";

    private final Vertx vertx;
    private final Simulation simulation;
    private final RequestLog log;
    private final boolean observable;

    Endpoints(Vertx vertx, Simulation simulation, RequestLog log, boolean observable) {
        this.vertx = vertx;
        this.simulation = simulation;
        this.log = log;
        this.observable = observable;
    }

    @Override
    public void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> respond(request, body)).onFailure(closed -> log.aborted(request, 0));
    }

    private void respond(HttpServerRequest request, Buffer body) {
        if (observable && request.path().startsWith("/_sim/")) {
            new Playback(vertx, request, log).play(observe(request));
            return;
        }
        log.requested(request, body);
        String id = request.getHeader(REQUEST_ID);
        request.response().putHeader(REQUEST_ID, id == null ? "req_" + UUID.randomUUID() : id);
        new Playback(vertx, request, log).play(reply(request, body));
    }

    private Reply reply(HttpServerRequest request, Buffer body) {
        String path = request.path();
        String directives = request.getHeader(SimulatorDirectives.HEADER);
        if (request.method() == HttpMethod.POST && path.equals("/v1/chat/completions")) {
            return simulation.reply(OpenAiShapes.CHAT, body, directives);
        }
        if (request.method() == HttpMethod.POST && path.equals("/v1/completions")) {
            return simulation.reply(OpenAiShapes.LEGACY, body, directives);
        }
        if (request.method() == HttpMethod.GET && path.equals(MODELS)) {
            String models = Arrays.stream(SimulatedModel.values())
                    .map(Endpoints::describe)
                    .collect(Collectors.joining(","));
            return Reply.json(200, "{\"object\":\"list\",\"data\":[" + models + "]}");
        }
        if (request.method() == HttpMethod.GET && path.startsWith(MODELS + "/")) {
            String id = path.substring(MODELS.length() + 1);
            SimulatedModel model = SimulatedModel.of(id);
            return model == null ? SimulatorErrors.modelNotFound(id) : Reply.json(200, describe(model));
        }
        return SimulatorErrors.noSuchPath(request.method().name(), path);
    }

    private Reply observe(HttpServerRequest request) {
        if (request.method() == HttpMethod.GET && request.path().equals("/_sim/stats")) {
            return Reply.json(200, RequestLogJson.of(log).encode());
        }
        if (request.method() == HttpMethod.POST && request.path().equals("/_sim/reset")) {
            log.reset();
            simulation.reset();
            return Reply.json(200, "{}");
        }
        return SimulatorErrors.noSuchPath(request.method().name(), request.path());
    }

    private static String describe(SimulatedModel model) {
        return "{\"id\":\"" + model.id() + "\",\"object\":\"model\",\"created\":1763856000,\"owned_by\":\"sluice\"}";
    }
}
