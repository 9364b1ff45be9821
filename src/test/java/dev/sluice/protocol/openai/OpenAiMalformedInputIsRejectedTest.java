package dev.sluice.protocol.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.chat.ResponseAssembler;
import dev.sluice.protocol.JsonDocuments;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.UpstreamModels;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import dev.sluice.protocol.spi.StreamDecoder;
import dev.sluice.protocol.spi.UpstreamModel;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Malformed values in any member are refused and never cause another exception. */
class OpenAiMalformedInputIsRejectedTest {

    private static final UpstreamModel TARGET =
            new UpstreamModel("p", UpstreamModels.variant("openrouter"), "m", null, Quirks.NONE, ModelFacts.UNKNOWN);

    private static final ChatCompletionsProtocol PROTOCOL = new ChatCompletionsProtocol();

    /** Any JSON in any member is decoded or refused. */
    @Property(tries = 2000)
    void anyJsonInAnyMemberIsDecodedOrRefused(@ForAll("shapes") String shape, @ForAll("values") String value) {
        ByteSlice text = ByteSlice.of(shape.replace("?", value));
        JsonNode tree = Json.readOrNull(text.toText());
        if (tree == null) {
            return;
        }
        survives(() -> PROTOCOL.decode(text, TARGET));
        survives(() -> {
            ResponseAssembler assembler = new ResponseAssembler();
            StreamDecoder decoder = PROTOCOL.streamDecoder(TARGET);
            decoder.decode(tree, assembler::add);
            decoder.decode(tree, assembler::add);
            decoder.done(assembler::add);
            return assembler.response();
        });
        survives(() -> {
            ClientRequest request = Protocols.read(PROTOCOL.surface(), text);
            return PROTOCOL.encode(PROTOCOL.decode(request), TARGET, new DroppedParameters());
        });
        survives(() -> new CompletionsProtocol().decode(Protocols.read(new CompletionsProtocol().surface(), text)));
    }

    @Provide
    Arbitrary<String> shapes() {
        String choice = "{\"index\":0,\"finish_reason\":\"stop\",";
        return Arbitraries.of(
                "?",
                "{\"choices\":?,\"usage\":?}",
                "{\"id\":?,\"created\":?,\"model\":?,\"choices\":[" + choice + "\"message\":?}],\"citations\":?}",
                "{\"choices\":[" + choice + "\"delta\":{\"content\":?,\"refusal\":?,\"tool_calls\":?}}],\"x_groq\":?}",
                "{\"choices\":[" + choice + "\"message\":{\"tool_calls\":[{\"index\":?,\"id\":?,\"function\":?}]}}]}",
                "{\"choices\":[" + choice
                        + "\"message\":{\"tool_calls\":[{\"function\":{\"name\":?,\"arguments\":?}},?]}}]}",
                "{\"choices\":[" + choice
                        + "\"message\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":?,\"index\":?},?]}}]}",
                "{\"choices\":[" + choice
                        + "\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":?},{\"type\":\"text\",\"text\":?},?]}}]}",
                "{\"choices\":[{\"index\":?,\"finish_reason\":?,\"logprobs\":?,\"message\":{\"annotations\":[?,{\"url_citation\":?}]}}]}",
                "{\"choices\":[{\"message\":{\"annotations\":[{\"url_citation\":{\"url\":\"u\",\"start_index\":?}}],\"function_call\":?}}],\"usage\":{\"prompt_tokens\":?,\"cost\":?}}",
                "{\"model\":\"m\",\"messages\":?,\"tools\":?,\"prompt\":?,\"stop\":?}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":?,\"name\":?}],\"tool_choice\":?}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":?}]}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":?}]}],\"n\":?,\"max_tokens\":?}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[?],\"reasoning_details\":?}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":?}],\"audio\":?}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"tool\",\"tool_call_id\":?,\"content\":?}],\"tools\":[{\"type\":\"function\",\"function\":?}]}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"tools\":[{\"type\":?}],\"functions\":?,\"function_call\":?}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"response_format\":?,\"reasoning\":?,\"reasoning_effort\":?}",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"tools\":[{\"type\":\"custom\",\"custom\":?}],\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"tools\":[?],\"mode\":\"auto\"}}}",
                "{\"model\":\"m\",\"prompt\":?,\"logprobs\":?,\"echo\":?,\"suffix\":?,\"best_of\":?}");
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                JsonDocuments.values(),
                Arbitraries.of(
                        "\"\"",
                        "-1",
                        "{\"name\":\"f\"}",
                        "{\"type\":\"function\"}",
                        "{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":{}}}",
                        "{\"type\":\"text\",\"text\":\"a\"}",
                        "{\"url\":\"data:x\"}",
                        "[[]]",
                        "[\"a\"]"));
    }

    private static void survives(Supplier<Object> act) {
        try {
            assertThat(act.get()).isNotNull();
        } catch (GatewayException refused) {
            assertThat(refused.error().message()).isNotBlank();
        }
    }
}
