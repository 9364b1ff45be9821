package dev.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.Budget;
import dev.sluice.quota.BudgetAlert;
import dev.sluice.quota.QuotaScope;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A receiver of budget alerts that hangs delays the next alert by its attempts, and no longer. */
class BudgetWebhookTest {

    private static final int TRIES = 3;
    private static final long TIMEOUT_MILLIS = 300;

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile Fault fault;
    private BudgetWebhook webhook;

    /** What the receiver does with the alert named {@code first}. */
    enum Fault {
        NO_RESPONSE {
            @Override
            void respond(Vertx vertx, HttpServerResponse response) {}
        },
        HEAD_WITHOUT_BODY {
            @Override
            void respond(Vertx vertx, HttpServerResponse response) {
                response.setChunked(true).writeHead();
            }
        },
        ENDLESS_BODY {
            @Override
            void respond(Vertx vertx, HttpServerResponse response) {
                response.setChunked(true);
                vertx.setPeriodic(20, tick -> {
                    if (response.closed()) {
                        vertx.cancelTimer(tick);
                    } else {
                        response.write(Buffer.buffer("."));
                    }
                });
            }
        };

        abstract void respond(Vertx vertx, HttpServerResponse response);
    }

    @BeforeEach
    void listen() {
        HttpServer server = RunningSluice.await(vertx.createHttpServer()
                .connectionHandler(connection -> {
                    open.incrementAndGet();
                    connection.closeHandler(closed -> open.decrementAndGet());
                })
                .requestHandler(request -> request.body().onSuccess(body -> {
                    String name = new JsonObject(body).getString("name");
                    received.add(name);
                    if (name.equals("first")) {
                        fault.respond(vertx, request.response());
                    } else {
                        request.response().end();
                    }
                }))
                .listen(0, "127.0.0.1"));
        webhook = new BudgetWebhook(vertx, () -> "http://127.0.0.1:" + server.actualPort() + "/alerts", TIMEOUT_MILLIS);
    }

    @AfterEach
    void close() {
        RunningSluice.await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void aReceiverThatHangsDoesNotHoldUpLaterAlerts(Fault each) {
        fault = each;
        webhook.send(alert("first"));
        webhook.send(alert("second"));
        webhook.send(alert("third"));

        await().untilAsserted(() -> assertThat(received).contains("third"));
        assertThat(received).filteredOn("first"::equals).hasSize(TRIES);
        assertThat(received).endsWith("second", "third");
        await().until(() -> open.get() == 0);
    }

    private static BudgetAlert alert(String name) {
        return new BudgetAlert(
                QuotaScope.KEY, name, name, 1, new Budget(1, Budget.Period.DAY, 0.8, true), BudgetAlert.Kind.WARNING);
    }
}
