package dev.sluice.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sluice.config.SimulatorConfig;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorDirectivesTest {

    private static final SimulatorConfig STEERABLE = RunningSimulator.settings(true);
    private static final SimulatorConfig PLAIN = RunningSimulator.settings(false);

    @RegisterExtension
    static final RunningSimulator SIMULATOR = RunningSimulator.steerable();

    @Test
    void nameIsReadWordByWord() {
        SimulatorDirectives directives = SimulatorDirectives.of(
                STEERABLE, "fast-60_head-1s_slow-2s_gap-5ms_bytes-9_fault-cut@40_retry-1m_times-3_key-a", null);

        assertThat(directives)
                .isEqualTo(new SimulatorDirectives(
                        SimulatedModel.FAST,
                        Duration.ofSeconds(1),
                        new Pacing(Duration.ofSeconds(2), Duration.ofMillis(5), 0),
                        60,
                        9,
                        new Fault.Midway(Fault.Break.CUT, 40),
                        Duration.ofMinutes(1),
                        3,
                        "a"));
    }

    @Test
    void headerOverrulesNameOverrulesSettings() {
        assertThat(SimulatorDirectives.of(STEERABLE, "lorem", null).tokens()).isEqualTo(120);
        assertThat(SimulatorDirectives.of(STEERABLE, "lorem-7", null).tokens()).isEqualTo(7);
        assertThat(SimulatorDirectives.of(STEERABLE, "lorem-7", "tokens=8, jitter=0.5")
                        .tokens())
                .isEqualTo(8);
    }

    @Test
    void nameWithoutModelMeansLorem() {
        SimulatorDirectives directives = SimulatorDirectives.of(STEERABLE, "fault-status-503", null);
        assertThat(directives.model()).isEqualTo(SimulatedModel.LOREM);
        assertThat(directives.fault()).isEqualTo(new Fault.Status(503));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fault-nonsense",
                "slow-2",
                "lorem-x",
                "lorem_what",
                "fault-status-99",
                "fault-cut@x",
                "lorem-999999999"
            })
    void misunderstoodNameIsRefused(String model) {
        HttpResponse<String> response = post(model);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getJsonObject("error").getString("param"))
                .isEqualTo("x-sluice-simulate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fault=nonsense", "what=1", "tokens", "jitter=2", "first_token=2"})
    void misunderstoodHeaderIsRefused(String header) {
        assertThat(post("echo", "x-sluice-simulate", header).statusCode()).isEqualTo(400);
    }

    @Test
    void strangeNameIsAnUnknownModelAndNotAMisunderstanding() {
        assertThat(SimulatorDirectives.of(STEERABLE, "gpt-4o_2024", null)).isNull();
    }

    @Test
    void withoutSteeringOnlyTheModelsAreKnownAndTheHeaderIsNothing() {
        SIMULATOR.server().settings(PLAIN);

        assertThat(post("fault-status-503").statusCode()).isEqualTo(404);
        assertThat(post("lorem-5").statusCode()).isEqualTo(404);
        assertThat(post("echo", "x-sluice-simulate", "fault=status-503").statusCode())
                .isEqualTo(200);
        assertThat(post("echo", "x-sluice-simulate", "nonsense").statusCode()).isEqualTo(200);
        assertThat(List.of("echo", "lorem", "fast"))
                .allMatch(model -> post(model).statusCode() == 200);
    }

    @Test
    void faultStrikesOnlyTheFirstTimesPerKey() {
        String header = "fault=status-503, times=2, key=";

        assertThat(IntStream.range(0, 4)
                        .map(i -> post("echo", "x-sluice-simulate", header + "one")
                                .statusCode()))
                .containsExactly(503, 503, 200, 200);
        assertThat(post("echo", "x-sluice-simulate", header + "two").statusCode())
                .isEqualTo(503);
    }

    @Test
    void settingsFailTheShareTheySay() {
        SIMULATOR.server().settings(new SimulatorConfig(Duration.ZERO, Duration.ZERO, 0, 5, 1, "status-502", false));
        assertThat(post("echo").statusCode()).isEqualTo(502);
        SIMULATOR.server().settings(new SimulatorConfig(Duration.ZERO, Duration.ZERO, 0, 5, 0, "status-502", false));
        assertThat(post("echo").statusCode()).isEqualTo(200);
    }

    @Test
    void unknownErrorKindIsRefusedAtStartAndOnChange() {
        SimulatorConfig bad = new SimulatorConfig(Duration.ZERO, Duration.ZERO, 0, 5, 0.5, "explode", false);
        Vertx vertx = Vertx.vertx();

        assertThat(SimulatorServer.start(vertx, bad, "127.0.0.1", 0).cause())
                .hasMessageContaining("explode")
                .hasMessageContaining("cut[@N]");
        assertThatThrownBy(() -> SIMULATOR.server().settings(bad)).isInstanceOf(IllegalArgumentException.class);
        vertx.close();
    }

    private static HttpResponse<String> post(String model, String... headers) {
        return new ChatClient(SIMULATOR.baseUrl()).chat(ChatClient.request(model, "x"), headers);
    }

    /** The error messages list every word, key and fault that is accepted. */
    @Test
    void everyDirectiveAndFaultIsDocumented() throws IOException {
        String page = Files.readString(Path.of("src/docs/simulator.md"));

        assertThat(Stream.of(
                                expected("lorem_nothing-1", null),
                                expected("lorem", "nothing=1"),
                                expected("lorem_fault-nothing", null))
                        .flatMap(List::stream)
                        .filter(name -> !page.contains("`" + name)))
                .isEmpty();
    }

    /** The names that the message of a refusal expects; a model name's words are followed by a value. */
    private static List<String> expected(String model, String header) {
        String message = catchThrowable(() -> SimulatorDirectives.of(STEERABLE, model, header))
                .getMessage();
        String list = message.substring(message.indexOf("(expected: "));
        List<String> names = Pattern.compile("[a-z]+(?:[-_][a-z0-9]+)*")
                .matcher(list.substring(list.contains("[") && !list.contains("@N") ? list.indexOf('[') : 11))
                .results()
                .map(MatchResult::group)
                .filter(name -> !name.equals("with") && !name.equals("a") && !name.equals("value"))
                .toList();
        assertThat(names).as(list).hasSizeGreaterThan(6);
        return names.stream()
                .map(name -> name.equals("status") ? "status-503" : name)
                .toList();
    }
}
