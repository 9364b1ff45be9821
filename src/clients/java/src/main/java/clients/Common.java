package clients;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** What the cases of all clients ask for, and what they check. */
final class Common {

    static final String SYSTEM = "Be brief.";
    static final String LONG =
            "a gateway earns trust only when the provider behind it misbehaves and the caller still gets"
                    + " one honest answer on time with nothing lost nothing doubled and nothing hidden";
    static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC";
    static final String PDF = Base64.getEncoder()
            .encodeToString("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
                    .getBytes(StandardCharsets.UTF_8));
    static final String SEEN_PNG = "IMAGES image/png:" + Base64.getDecoder().decode(PNG).length;
    static final String SEEN_PDF = "DOCS application/pdf:" + Base64.getDecoder().decode(PDF).length;

    static final long INPUT_TOKENS = 31;

    private static final String ZONE = "CET \"ünï\" 😀";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The classes of the libraries' exceptions, whose names are the same in both; 529 is Anthropic's own. */
    private static final Map<String, String> CLASSES = Map.of(
            "error-400", "BadRequestException",
            "error-401", "UnauthorizedException",
            "error-403", "PermissionDeniedException",
            "error-404", "NotFoundException",
            "error-429", "RateLimitException",
            "error-500", "InternalServerException",
            "overflow", "BadRequestException");

    private static final Map<String, Set<Integer>> STATUS = Map.of(
            "error-400", Set.of(400),
            "error-401", Set.of(401),
            "error-403", Set.of(403),
            "error-404", Set.of(404),
            "error-429", Set.of(429),
            "error-500", Set.of(500, 502),
            "error-overload", Set.of(503, 529),
            "overflow", Set.of(400));

    /** The cases that {@link #checkRefusal} and {@link #checkStatus} check. */
    static final Set<String> REFUSALS = STATUS.keySet();

    private Common() {}

    /** A run of a client that reads one response. */
    interface Run {
        String run(Call call) throws Exception;
    }

    /** A request, whole or streamed. */
    interface Ask {
        void ask(boolean stream) throws Exception;
    }

    @JsonTypeName("weather")
    @JsonClassDescription("The weather of a city.")
    static final class Weather {
        public String city;
    }

    @JsonTypeName("time")
    @JsonClassDescription("The time in a zone.")
    static final class Time {
        public String zone;
    }

    enum Status {
        OPEN,
        DONE
    }

    static final class Person {
        @JsonPropertyDescription("The full name.")
        public String name;

        public int age;
    }

    /** What is usual in a type: choices, nested and optional members, lists. The library refuses optional objects. */
    static final class Report {
        public String title;
        public Status status;
        public List<Person> people;
        public Person owner;
        public Optional<Double> score;
        public List<String> labels;
    }

    /** Two rounds, each with a text before its calls: two calls at once, then one. */
    static String tools(Call call, String words) {
        return call.ask("PREFACE " + words + "CALLS[weather({\"city\":\"Paris\"});; weather({\"city\":\"Rome\"})]END"
                + " CALLS[time({\"zone\":\"" + ZONE.replace("\"", "\\\"") + "\"})]END");
    }

    static String runTool(String name, String arguments) {
        try {
            JsonNode read = JSON.readTree(arguments);
            return switch (name) {
                case "weather" -> read.path("city").asText() + ": sunny";
                case "time" -> "noon in " + read.path("zone").asText();
                default -> throw new AssertionError("called " + name);
            };
        } catch (JsonProcessingException malformed) {
            throw new AssertionError("arguments of " + name + ": " + arguments, malformed);
        }
    }

    static String check(String seen, String... expected) {
        for (String text : expected) {
            require(seen != null && seen.contains(text), "expected «" + text + "» in: " + seen);
        }
        return seen;
    }

    static void require(boolean condition, Object otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    static void checkUsage(long input, long output) {
        require(input == INPUT_TOKENS && output == 17, "usage: " + input + ", " + output);
    }

    static String checkResults(String text, int rounds, int calls) {
        require(rounds == 3 && calls == 3, rounds + " responses, " + calls + " calls");
        return check(text, "Paris: sunny", "Rome: sunny", "noon in " + ZONE);
    }

    static String checkReport(Report report) {
        require(report != null && report.status != null && !report.people.isEmpty(), "no report");
        return report.title;
    }

    /** Asks twice, whole and streamed, and checks the class of the exception. */
    static String checkRefusal(Call call, Ask ask, String overloaded) {
        String expected = call.name().equals("error-overload") ? overloaded : CLASSES.get(call.name());
        return refusal(call, ask, error -> {
            String name = error.getClass().getSimpleName();
            require(name.equals(expected), "expected " + expected + ", got " + name + ": " + error.getMessage());
        });
    }

    /** Asks twice, whole and streamed, and checks the HTTP status of the exception. */
    static String checkStatus(Call call, Ask ask, ToIntFunction<Throwable> statusOf) {
        return refusal(call, ask, error -> {
            int status = statusOf.applyAsInt(error);
            require(STATUS.get(call.name()).contains(status), "status " + status + ": " + error);
        });
    }

    private static String refusal(Call call, Ask ask, Consumer<Exception> kind) {
        for (boolean stream : new boolean[] {false, true}) {
            Exception error = null;
            try {
                ask.ask(stream);
            } catch (Exception thrown) {
                error = thrown;
            }
            require(error != null, "no error");
            kind.accept(error);
            switch (call.name()) {
                case "overflow" ->
                    check(error.getMessage(), call.api().equals("messages") ? "prompt is too long" : "context");
                case "error-401" -> require(call.direct() || error.getMessage().contains("API key"), error);
                case "error-429" -> {} // the second one is a key's cooldown
                default -> check(error.getMessage(), "fake error");
            }
        }
        return "refused";
    }
}
