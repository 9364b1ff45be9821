package dev.sluice.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The bodies that a fuzz starts from: the fixtures' requests by path, and their providers' responses by format. */
final class FuzzCorpus {

    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");
    private static final String ASK =
            "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Say something.\"}]";

    /** Requests that the fixtures lack, by path. */
    private static final Map<String, List<String>> COMPOSED = Map.of(
            "/v1/chat/completions",
                    List.of(
                            "{" + ASK + "}",
                            "{" + ASK + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
                            "{" + ASK
                                    + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":"
                                    + "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}],\"tool_choice\":"
                                    + "\"auto\",\"parallel_tool_calls\":false}",
                            "{" + ASK + ",\"sluice\":{\"only\":[\"up\"],\"fallbacks\":[\"safe\"]},\"n\":2,\"seed\":1,"
                                      + "\"response_format\":{\"type\":\"json_object\"},\"stop\":[\"a\"],\"logprobs\":true}"),
            "/v1/completions", List.of("{\"model\":\"m\",\"prompt\":\"Once\",\"max_tokens\":9,\"stream\":true}"),
            "/v1/responses",
                    List.of(
                            "{\"model\":\"m\",\"input\":\"hi\",\"stream\":true}",
                            "{\"model\":\"m\",\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hi\"}]}],\"instructions\":\"be"
                                + " short\",\"store\":false}"),
            "/v1/messages",
                    List.of("{" + ASK + ",\"max_tokens\":99}", "{" + ASK + ",\"max_tokens\":99,\"stream\":true}"),
            "/v1/messages/count_tokens", List.of("{" + ASK + "}"),
            "/v1/responses/input_tokens", List.of("{\"model\":\"m\",\"input\":\"hi\"}"),
            "/v1/audio/speech", List.of("{\"model\":\"m\",\"input\":\"hi\",\"voice\":\"alloy\"}"),
            "/v1/moderations", List.of("{\"model\":\"m\",\"input\":[\"a\",\"b\"]}"),
            "/v1/batches",
                    List.of("{\"input_file_id\":\"file-1\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":"
                            + "\"24h\"}"),
            "/v1/videos", List.of("{\"model\":\"m\",\"prompt\":\"a cat\",\"seconds\":\"4\"}"));

    private static final Map<String, String> SURFACES = Map.of(
            "EMBEDDINGS", "/v1/embeddings",
            "RERANK", "/v1/rerank",
            "MODERATIONS", "/v1/moderations",
            "IMAGES", "/v1/images/generations",
            "IMAGE_EDITS", "/v1/images/edits",
            "VIDEOS", "/v1/videos",
            "SPEECH", "/v1/audio/speech",
            "COMPLETIONS", "/v1/completions");

    private final Map<String, List<String>> requests = new HashMap<>();
    private final Map<String, List<String>> whole = new HashMap<>();
    private final Map<String, List<String>> streams = new HashMap<>();
    private final List<String> paths;

    FuzzCorpus() {
        COMPOSED.forEach((path, bodies) -> bodies.forEach(body -> add(requests, path, body)));
        try (Stream<Path> folders = Files.walk(FIXTURES, 2)) {
            folders.filter(folder -> Files.exists(folder.resolve("case.properties")))
                    .sorted()
                    .forEach(this::read);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        paths = requests.keySet().stream().sorted().toList();
    }

    private void read(Path folder) {
        String properties = text(folder.resolve("case.properties"));
        String surface = properties
                .lines()
                .filter(line -> line.startsWith("surface="))
                .map(line -> line.substring("surface=".length()).strip())
                .findFirst()
                .orElse("");
        String format = folder.getParent().getFileName().toString();
        if (Files.exists(folder.resolve("request.json"))) {
            String body = text(folder.resolve("request.json"));
            String path = SURFACES.getOrDefault(surface, conversation(body));
            add(requests, path, body);
        }
        String responses = format.equals("media") ? surface : format.replaceAll("\\+.*", "");
        if (Files.exists(folder.resolve("upstream.json"))) {
            add(whole, responses, text(folder.resolve("upstream.json")));
        }
        if (Files.exists(folder.resolve("upstream.sse"))) {
            add(streams, responses, text(folder.resolve("upstream.sse")));
        }
    }

    private static String conversation(String body) {
        return body.contains("\"input\"") && !body.contains("\"messages\"")
                ? "/v1/responses"
                : body.contains("\"system\"") || body.contains("input_schema")
                        ? "/v1/messages"
                        : "/v1/chat/completions";
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void add(Map<String, List<String>> all, String key, String body) {
        all.computeIfAbsent(key, any -> new ArrayList<>()).add(body);
    }

    /** The paths that have bodies. */
    String path(Random random) {
        return paths.get(random.nextInt(paths.size()));
    }

    String request(String path, Random random) {
        return one(requests.get(path), random);
    }

    /** A body of a provider of this format, for any format that is unknown. */
    String whole(String format, Random random) {
        return one(whole.getOrDefault(format, whole.get("openai-chat")), random);
    }

    String stream(String format, Random random) {
        return one(streams.getOrDefault(format, streams.get("openai-chat")), random);
    }

    private static String one(List<String> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }
}
