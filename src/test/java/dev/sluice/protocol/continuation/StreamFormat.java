package dev.sluice.protocol.continuation;

import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.completions.Completion;
import com.openai.models.responses.ResponseStreamEvent;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Surface;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.protocol.sse.EventBytes;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Stream formats: sample streams, one event for each element, and the text that the vendors' SDKs assemble from them.
 */
enum StreamFormat {
    CHAT(
            Surface.CHAT_COMPLETIONS,
            "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"x\":1.10}") {
        @Override
        List<String> events(String id, List<String> pieces) {
            String head = "data: {\"id\":\"" + id + "\",\"object\":\"chat.completion.chunk\",\"created\":" + id.length()
                    + ",\"model\":\"model-" + id + "\",\"choices\":[";
            String choice = head + "{\"index\":0,\"delta\":{";
            List<String> events = new ArrayList<>();
            events.add(
                    choice + "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"finish_reason\":null}]}\n\n");
            for (String piece : pieces) {
                events.add(choice + "\"content\":" + quoted(piece) + "},\"finish_reason\":null}]}\n\n");
            }
            events.add(choice + "},\"finish_reason\":\"stop\"}]}\n\n");
            events.add(head + "],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}}\n\n");
            events.add("data: [DONE]\n\n");
            return events;
        }

        @Override
        String assembledBySdk(String stream) {
            ChatCompletionAccumulator accumulator = ChatCompletionAccumulator.create();
            for (String data : data(stream)) {
                if (!data.equals("[DONE]")) {
                    accumulator.accumulate(
                            openAi(data, ChatCompletionChunk.class).validate());
                }
            }
            ChatCompletion response = accumulator.chatCompletion().validate();
            return response.choices().getFirst().message().content().orElse("");
        }

        @Override
        String openingMarker() {
            return "\"role\":\"assistant\"";
        }

        @Override
        String endMarker() {
            return "data: [DONE]";
        }
    },
    COMPLETIONS(Surface.COMPLETIONS, "{\"model\":\"m\",\"stream\":true,\"prompt\":\"a\"}") {
        @Override
        List<String> events(String id, List<String> pieces) {
            String head = "data: {\"choices\":[{\"text\":";
            String tail = "\"}],\"model\":\"model-" + id + "\",\"created\":" + id.length() + ",\"id\":\"" + id
                    + "\",\"object\":\"text_completion\"}\n\n";
            List<String> events = new ArrayList<>();
            for (String piece : pieces) {
                events.add(
                        head + quoted(piece) + ",\"index\":0,\"finish_reason\":null,\"logprobs\":null,\"a\":\"" + tail);
            }
            events.add(head + "\"\",\"index\":0,\"logprobs\":null,\"finish_reason\":\"stop" + tail);
            events.add("data: [DONE]\n\n");
            return events;
        }

        @Override
        String assembledBySdk(String stream) {
            StringBuilder text = new StringBuilder();
            for (String data : data(stream)) {
                if (!data.equals("[DONE]")) {
                    openAi(data, Completion.class).choices().forEach(choice -> text.append(choice.text()));
                }
            }
            return text.toString();
        }

        @Override
        String openingMarker() {
            return "\"finish_reason\":\"stop\"";
        }

        @Override
        String endMarker() {
            return "data: [DONE]";
        }
    },
    MESSAGES(
            Surface.MESSAGES,
            "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}") {
        @Override
        List<String> events(String id, List<String> pieces) {
            List<String> events = new ArrayList<>();
            events.add(event(
                    "message_start",
                    ",\"message\":{\"id\":\"" + id + "\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"model-"
                            + id + "\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                            + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}"));
            events.add(
                    event("content_block_start", ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
            events.add(event("ping", ""));
            for (String piece : pieces) {
                events.add(event(
                        "content_block_delta",
                        ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":" + quoted(piece) + "}"));
            }
            events.add(event("content_block_stop", ",\"index\":0"));
            events.add(
                    event(
                            "message_delta",
                            ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":2}"));
            events.add(event("message_stop", ""));
            return events;
        }

        @Override
        String assembledBySdk(String stream) {
            MessageAccumulator accumulator = MessageAccumulator.create();
            for (String data : data(stream)) {
                if (!data.contains("\"ping\"")) {
                    accumulator.accumulate(anthropic(data));
                }
            }
            StringBuilder text = new StringBuilder();
            Message message = accumulator.message();
            message.content().forEach(block -> block.text().ifPresent(said -> text.append(said.text())));
            return text.toString();
        }

        @Override
        String openingMarker() {
            return "event: message_start";
        }

        @Override
        String endMarker() {
            return "event: message_stop";
        }
    },
    RESPONSES(
            Surface.RESPONSES, "{\"model\":\"m\",\"stream\":true,\"input\":[{\"role\":\"user\",\"content\":\"a\"}]}") {
        @Override
        List<String> events(String id, List<String> pieces) {
            String message = "{\"type\":\"message\",\"id\":\"msg_" + id + "\",\"role\":\"assistant\",\"status\":";
            String place = ",\"item_id\":\"msg_" + id + "\",\"output_index\":0,\"content_index\":0";
            String part = ",\"part\":{\"type\":\"output_text\",\"annotations\":[],\"text\":";
            String whole = quoted(String.join("", pieces));
            String done = message + "\"completed\",\"content\":[{\"type\":\"output_text\",\"annotations\":[],\"text\":"
                    + whole + "}]}";
            String response = ",\"response\":{\"id\":\"resp_" + id + "\",\"object\":\"response\",\"created_at\":"
                    + id.length() + ",\"model\":\"model-" + id + "\",\"error\":null,\"incomplete_details\":null,"
                    + "\"instructions\":null,\"metadata\":{},\"parallel_tool_calls\":true,\"temperature\":1,"
                    + "\"tool_choice\":\"auto\",\"tools\":[],\"top_p\":1,\"status\":";
            List<String> events = new ArrayList<>();
            events.add(response("created", response + "\"in_progress\",\"output\":[]}", events));
            events.add(response(
                    "output_item.added",
                    ",\"output_index\":0,\"item\":" + message + "\"in_progress\",\"content\":[]}",
                    events));
            events.add(response("content_part.added", place + part + "\"\"}", events));
            for (String piece : pieces) {
                events.add(
                        response("output_text.delta", place + ",\"logprobs\":[],\"delta\":" + quoted(piece), events));
            }
            events.add(response("output_text.done", place + ",\"logprobs\":[],\"text\":" + whole, events));
            events.add(response("content_part.done", place + part + whole + "}", events));
            events.add(response("output_item.done", ",\"output_index\":0,\"item\":" + done, events));
            events.add(response("completed", response + "\"completed\",\"output\":[" + done + "]}", events));
            return events;
        }

        @Override
        String assembledBySdk(String stream) {
            ResponseAccumulator accumulator = ResponseAccumulator.create();
            StringBuilder deltas = new StringBuilder();
            int number = 0;
            for (String data : data(stream)) {
                if (WrittenRequests.tree(data).get("sequence_number").asInt() != number++) {
                    throw new AssertionError("the numbers of events have a gap before " + number);
                }
                ResponseStreamEvent event =
                        openAi(data, ResponseStreamEvent.class).validate();
                event.outputTextDelta().ifPresent(delta -> deltas.append(delta.delta()));
                accumulator.accumulate(event);
            }
            StringBuilder text = new StringBuilder();
            accumulator.response().validate().output().stream()
                    .flatMap(item -> item.asMessage().content().stream())
                    .forEach(part -> text.append(part.asOutputText().text()));
            if (!text.toString().equals(deltas.toString())) {
                throw new AssertionError("the deltas differ from the text of the completed response");
            }
            return text.toString();
        }

        @Override
        String openingMarker() {
            return "event: response.created";
        }

        @Override
        String endMarker() {
            return "event: response.completed";
        }
    };

    private final Surface surface;
    private final String body;

    StreamFormat(Surface surface, String body) {
        this.surface = surface;
        this.body = body;
    }

    abstract List<String> events(String id, List<String> pieces);

    /** The text that the vendor's SDK assembles; throws if the SDK rejects the stream. */
    abstract String assembledBySdk(String stream);

    /** Text that occurs once in a whole stream, at its beginning (where the format has a start event). */
    abstract String openingMarker();

    abstract String endMarker();

    /** The number of events at the end that mark the end of the response. */
    int closingEvents() {
        return switch (this) {
            case CHAT -> 3;
            case COMPLETIONS, MESSAGES -> 2;
            case RESPONSES -> 4;
        };
    }

    ClientRequest request() {
        return request(body);
    }

    ClientRequest request(String json) {
        return new RequestReader(surface, ByteSlice.of(json)).read();
    }

    /** The request with one more member. */
    ClientRequest requestWith(String member) {
        return request("{" + member + "," + body.substring(1));
    }

    static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    private static String event(String type, String members) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}\n\n";
    }

    private static String response(String type, String members, List<String> before) {
        return "event: response." + type + "\ndata: {\"type\":\"response." + type + "\",\"sequence_number\":"
                + before.size() + members + "}\n\n";
    }

    private static String quoted(String text) {
        EventBytes bytes = new EventBytes();
        bytes.quoted(text);
        return bytes.drain().toText();
    }

    private static <T> T openAi(String data, Class<T> type) {
        try {
            return com.openai.core.ObjectMappers.jsonMapper().readValue(data, type);
        } catch (JsonProcessingException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static RawMessageStreamEvent anthropic(String data) {
        try {
            return com.anthropic.core.ObjectMappers.jsonMapper()
                    .readValue(data, RawMessageStreamEvent.class)
                    .validate();
        } catch (JsonProcessingException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
