package dev.sluice.conformance;

import dev.sluice.testkit.ResponsesSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Sessions of the Responses API over a WebSocket: each event is judged by the descriptions of its server events. */
final class SocketSessions {

    private static final List<String> MODELS = List.of(
            "anthropic/claude-sonnet-4-5",
            "gemini/gemini-2.5-flash",
            "cohere/command-a-reasoning-08-2025",
            "mistral/magistral-medium");

    private final JudgedGateway gateway;
    private final Judges judges;
    private final Deviations deviations;

    SocketSessions(JudgedGateway gateway, Judges judges, Deviations deviations) {
        this.gateway = gateway;
        this.judges = judges;
        this.deviations = deviations;
    }

    void run() {
        for (String model : MODELS) {
            ResponsesSocketClient client = gateway.connect();
            JsonObject warmUp =
                    ResponsesSocketClient.createEvent(model, "Hello", null).put("generate", false);
            String prepared = session(client, warmUp, model);
            session(
                    client,
                    ResponsesSocketClient.createEvent(model, null, prepared)
                            .put("stream_id", "lane_1")
                            .put("input", new JsonArray()),
                    model);
            session(client, ResponsesSocketClient.createEvent(model, "Hello", null), model);
            client.create(ResponsesSocketClient.createEvent(model, "Hello", "resp_unknown"));
            error(client, model);
            client.create(ResponsesSocketClient.createEvent("nobody/has", "Hello", null));
            error(client, model);
            client.create(new JsonObject().put("type", "nothing"));
            error(client, model);
            client.create(
                    ResponsesSocketClient.createEvent(model, "Hello", null).put("stream_id", "lane 1"));
            error(client, model);
            client.create(ResponsesSocketClient.createEvent(model.replaceFirst("/.*", "/refused-400"), "Hello", null));
            error(client, model);
            client.socket().close();
        }
    }

    /** @return the id of the response */
    private String session(ResponsesSocketClient client, JsonObject request, String model) {
        client.create(request);
        List<JsonObject> events = client.response();
        ResponseJudge judge = new ResponseJudge(judges, deviations, "openai-responses", "socket of " + model);
        events.forEach(each -> judge.socketEvent(each.encode()));
        return events.getLast().getJsonObject("response", new JsonObject()).getString("id");
    }

    private void error(ResponsesSocketClient client, String model) {
        new ResponseJudge(judges, deviations, "openai-responses", "socket of " + model)
                .socketError(client.next().encode());
    }
}
