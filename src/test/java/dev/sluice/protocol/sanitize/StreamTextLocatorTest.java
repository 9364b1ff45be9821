package dev.sluice.protocol.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Kind;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The texts of one stream whose pieces alternate are filtered each for itself. */
class StreamTextLocatorTest {

    private static final List<String> TEXTS = List.of(
            "ask ann.lee@example.com or bob now", "card 4111 1111 1111 1111 of ann@x, yes", "no match in this one");
    private static final List<String> FILTERED =
            List.of("ask [email] or bob now", "card [credit_card] of ann@x, yes", "no match in this one");

    /** Several texts in one stream: how a piece of each is written, how one is closed, and where a piece is. */
    enum Format {
        CHOICES(
                Surface.CHAT_COMPLETIONS,
                "{'choices':[{'index':%1$d,'delta':{'content':%2$s}}]}",
                "{'choices':[{'index':%1$d,'delta':{},'finish_reason':'stop'}]}",
                "/choices/0/index",
                "/choices/0/delta/content"),
        TOOL_CALLS(
                Surface.CHAT_COMPLETIONS,
                "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':%1$d,'function':{'arguments':%2$s}}]}}]}",
                null,
                "/choices/0/delta/tool_calls/0/index",
                "/choices/0/delta/tool_calls/0/function/arguments"),
        TRANSCRIPTS(
                Surface.CHAT_COMPLETIONS,
                "{'choices':[{'index':%1$d,'delta':{'audio':{'transcript':%2$s}}}]}",
                "{'choices':[{'index':%1$d,'delta':{},'finish_reason':'stop'}]}",
                "/choices/0/index",
                "/choices/0/delta/audio/transcript"),
        COMPLETIONS(
                Surface.COMPLETIONS,
                "{'choices':[{'index':%1$d,'text':%2$s}]}",
                "{'choices':[{'index':%1$d,'text':'','finish_reason':'stop'}]}",
                "/choices/0/index",
                "/choices/0/text"),
        BLOCKS(
                Surface.MESSAGES,
                "{'type':'content_block_delta','index':%1$d,'delta':{'type':'text_delta','text':%2$s}}",
                "{'type':'content_block_stop','index':%1$d}",
                "/index",
                "/delta/text"),
        ITEMS(
                Surface.RESPONSES,
                "{'type':'response.output_text.delta','item_id':'m%1$d','content_index':0,'delta':%2$s}",
                "{'type':'response.output_item.done','item':{'id':'m%1$d'}}",
                "/item_id",
                "/delta"),
        PARTS(
                Surface.RESPONSES,
                "{'type':'response.output_text.delta','item_id':'m','content_index':%1$d,'delta':%2$s}",
                "{'type':'response.output_text.done','item_id':'m','content_index':%1$d}",
                "/content_index",
                "/delta"),
        SUMMARIES(
                Surface.RESPONSES,
                "{'type':'response.reasoning_summary_text.delta','item_id':'m','summary_index':%1$d,'delta':%2$s}",
                "{'type':'response.reasoning_summary_text.done','item_id':'m','summary_index':%1$d}",
                "/summary_index",
                "/delta");

        private final Surface surface;
        private final String piece;
        private final String close;
        private final String index;
        private final String text;

        Format(Surface surface, String piece, String close, String index, String text) {
            this.surface = surface;
            this.piece = piece.replace('\'', '"');
            this.close = close == null ? null : close.replace('\'', '"');
            this.index = index;
            this.text = text;
        }
    }

    @ParameterizedTest
    @EnumSource
    void alternatingTextsAreNotMixed(Format format) {
        for (int size = 1; size <= 7; size++) {
            List<String> events = new ArrayList<>();
            for (int at = 0; at < 40; at += size) {
                for (int i = 0; i < TEXTS.size(); i++) {
                    String text = TEXTS.get(i);
                    if (at < text.length()) {
                        String piece = text.substring(at, Math.min(text.length(), at + size));
                        events.add(format.piece.formatted(
                                i, Json.text(Json.object().textNode(piece))));
                        if (at + size >= text.length() && format.close != null) {
                            events.add(format.close.formatted(i));
                        }
                    }
                }
            }

            assertThat(filtered(format, events)).as("pieces of %d", size).isEqualTo(FILTERED);
        }
    }

    /** The text of one item ends while another is in the middle of a match. */
    @Test
    void theEndOfATextReleasesNoOther() {
        for (Format format : List.of(Format.CHOICES, Format.BLOCKS, Format.ITEMS, Format.PARTS, Format.SUMMARIES)) {
            List<String> texts = filtered(
                    format,
                    List.of(
                            format.piece.formatted(0, "\"to ann@exam\""),
                            format.piece.formatted(1, "\"to bob\""),
                            format.close.formatted(1),
                            format.piece.formatted(0, "\"ple.com \""),
                            format.close.formatted(0)));

            assertThat(texts).as("%s", format).startsWith("to [email] ", "to bob");
        }
    }

    @Test
    void textsBesideThePiecesAreFilteredAsTheyAre() {
        List<String> events = List.of(
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x"
                        + " \",\"annotations\":[{\"title\":\"ann@example.com\"}]},\"message\":{\"content\":\"of"
                        + " ann@example.com\"}}]}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\","
                        + "\"citation\":{\"cited_text\":\"ann@example.com\"}}}",
                "{\"type\":\"response.output_text.annotation.added\",\"item_id\":\"m\",\"annotation\":"
                        + "{\"title\":\"ann@example.com\"}}");
        List<Surface> surfaces = List.of(Surface.CHAT_COMPLETIONS, Surface.MESSAGES, Surface.RESPONSES);
        for (int i = 0; i < events.size(); i++) {
            String out = filter(surfaces.get(i))
                    .filterEvents(ByteSlice.of("data: " + events.get(i) + "\n\n"))
                    .toText();

            assertThat(out).contains("[email]").doesNotContain("ann@");
        }
    }

    private static List<String> filtered(Format format, List<String> events) {
        ResponseFilter filter = filter(format.surface);
        StringBuilder out = new StringBuilder();
        events.forEach(event -> out.append(
                filter.filterEvents(ByteSlice.of("data: " + event + "\n\n")).toText()));
        out.append(filter.end().toText());
        Map<Integer, String> texts = Arrays.stream(out.toString().split("\n"))
                .filter(line -> line.startsWith("data: "))
                .map(line -> Json.readOrNull(line.substring(6)))
                .filter(event -> !event.at(format.text).isMissingNode())
                .collect(Collectors.groupingBy(
                        event -> indexOf(event.at(format.index)),
                        Collectors.mapping(event -> event.at(format.text).asText(), Collectors.joining())));
        return IntStream.range(0, TEXTS.size())
                .mapToObj(i -> texts.getOrDefault(i, ""))
                .toList();
    }

    private static int indexOf(JsonNode index) {
        return Integer.parseInt(index.asText().replace("m", ""));
    }

    private static ResponseFilter filter(Surface surface) {
        return Sanitizer.of(new SanitizeConfig(
                        false, List.of(Kind.EMAIL, Kind.CREDIT_CARD), Map.of(), List.of(), Where.RESPONSES))
                .responseFilter(surface, new SanitizerFindings());
    }
}
