package dev.sluice.bench.micro;

import dev.sluice.model.ByteSlice;

/** Stream events of each format, with the shapes and sizes of real ones. */
enum ProviderEvents {
    CHAT(
            "",
            "data:"
                + " {\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1741569952,"
                + "\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                + " token\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n"),
    MESSAGES(
            "event: message_start\n"
                + "data:"
                + " {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-4-5\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}\n\n"
                + "event: content_block_start\n"
                + "data:"
                + " {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            "event: content_block_delta\n"
                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\""
                + " token\"}}\n\n"),
    RESPONSES(
            "event: response.created\n"
                + "data:"
                + " {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_67c9fdcecf488190bdd9a0409de3a1ec\",\"object\":\"response\",\"created_at\":1741290958,\"status\":\"in_progress\",\"model\":\"gpt-4o-mini\",\"output\":[]}}\n\n",
            "event: response.output_text.delta\n"
                + "data:"
                + " {\"type\":\"response.output_text.delta\",\"sequence_number\":7,\"item_id\":\"msg_67c9fdcf37fc8190ba82116e33fb28c5\",\"output_index\":0,\"content_index\":0,\"delta\":\""
                + " token\",\"logprobs\":[]}\n\n");

    private final ByteSlice start;
    private final String token;

    ProviderEvents(String beginning, String token) {
        this.start = ByteSlice.of(beginning);
        this.token = token;
    }

    ByteSlice start() {
        return start;
    }

    ByteSlice tokens(int count) {
        return ByteSlice.of(token.repeat(count));
    }
}
