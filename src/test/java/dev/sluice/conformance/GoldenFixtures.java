package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.Surface;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** The golden requests to providers and responses for clients. */
final class GoldenFixtures {

    private static final Path ROOT = Path.of("src/test/resources/fixtures");
    private static final String VERSION = "2023-06-01";

    private final Judges judges;
    private final Deviations deviations;

    GoldenFixtures(Judges judges, Deviations deviations) {
        this.judges = judges;
        this.deviations = deviations;
    }

    void run() {
        try (Stream<Path> cases = Files.walk(ROOT, 2)) {
            cases.filter(folder -> Files.exists(folder.resolve("case.properties")))
                    .sorted()
                    .forEach(folder -> {
                        if (folder.getParent().endsWith("media")) {
                            judgeOperation(folder);
                        } else {
                            judge(folder);
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void judge(Path folder) {
        Properties facts = facts(folder);
        String own = folder.getParent().getFileName().toString().replaceFirst("\\+.*", "");
        String provider = facts.getProperty("provider", own);
        String client = facts.getProperty("client", "openai-chat");
        String type = facts.getProperty("type", "openai_compatible");
        String example = ROOT.relativize(folder).toString();
        if (Files.exists(folder.resolve("upstream-request.json")) && !example.equals("openai-chat/completions")) {
            JsonNode request = json(folder.resolve("upstream-request.json"));
            for (ApiSchema schema : judges.ofRequest(type, provider, VERSION, false)) {
                List<String> violations = schema.violations(request);
                if (client.equals(provider)) {
                    List<String> its = schema.violations(json(folder.resolve("request.json")));
                    violations = violations.stream()
                            .filter(each -> !its.contains(each))
                            .toList();
                }
                deviations.judged("request " + provider + " to " + type + " by " + schema.name(), violations, example);
            }
        }
        if (client.equals(provider) && !folder.getParent().endsWith("openai-chat+translated")) {
            return;
        }
        ResponseJudge judge = new ResponseJudge(judges, deviations, client, example);
        if (Files.exists(folder.resolve("response.json"))) {
            judge.whole(text(folder.resolve("response.json")));
        }
        if (Files.exists(folder.resolve("response.sse"))) {
            judge.stream(text(folder.resolve("response.sse")));
        }
    }

    /** Of other operations than conversations. What passes is the client's or the provider's own. */
    private void judgeOperation(Path folder) {
        OperationJudges operations = new OperationJudges(judges);
        Properties facts = facts(folder);
        Surface surface = Surface.valueOf(facts.getProperty("surface"));
        String type = facts.getProperty("type");
        String example = ROOT.relativize(folder).toString();
        String sent = text(folder.resolve("upstream-request.json"));
        if (surface.hasBody() && sent.startsWith("{")) {
            for (ApiSchema schema : operations.ofRequest(surface, type, false)) {
                deviations.judged(
                        "request " + surface.label() + " to " + type + " by " + schema.name(),
                        schema.violations(json(folder.resolve("upstream-request.json"))),
                        example);
            }
        }
        String response = text(folder.resolve("response.json"));
        if (response.startsWith("{") && facts.containsKey("format")) {
            for (ApiSchema schema : operations.ofResponse(surface)) {
                deviations.judged(
                        "response " + surface.label() + " by " + schema.name(),
                        schema.violations(json(folder.resolve("response.json"))),
                        example);
            }
        }
    }

    private static Properties facts(Path folder) {
        Properties facts = new Properties();
        try (Reader reader = Files.newBufferedReader(folder.resolve("case.properties"))) {
            facts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return facts;
    }

    private static JsonNode json(Path file) {
        try {
            return ApiDescription.JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
