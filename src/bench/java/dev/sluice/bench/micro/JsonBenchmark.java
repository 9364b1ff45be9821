package dev.sluice.bench.micro;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.sse.EventBytes;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A chat chunk as JSON: read as a tree, written as a tree, and written as fixed pieces around the changed text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JsonBenchmark {

    private static final String DATA =
            ProviderEvents.CHAT.tokens(1).toText().substring("data: ".length()).strip();

    private final ByteSlice data = ByteSlice.of(DATA);
    private final JsonNode tree = Json.readOrNull(DATA);
    private final byte[] before = DATA.substring(0, DATA.indexOf("\" token\"")).getBytes(StandardCharsets.UTF_8);
    private final byte[] after = DATA.substring(DATA.indexOf("\" token\"") + 8).getBytes(StandardCharsets.UTF_8);
    private final EventBytes out = new EventBytes();

    @Benchmark
    public JsonNode readTree() {
        return Json.read(data);
    }

    @Benchmark
    public ByteSlice writeTree() {
        out.data(tree);
        return out.drain();
    }

    @Benchmark
    public ByteSlice writePieces() {
        out.raw(before);
        out.quoted(" token");
        out.raw(after);
        return out.drain();
    }
}
