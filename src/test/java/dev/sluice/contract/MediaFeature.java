package dev.sluice.contract;

/** Features that are not conversations, each with its own endpoint. */
enum MediaFeature {
    EMBEDDINGS("embeddings"),
    RERANK("rerank"),
    MODERATIONS("moderations"),
    IMAGES("images"),
    IMAGE_EDITS("image edits"),
    SPEECH("speech"),
    TRANSCRIPTIONS("transcription"),
    VIDEOS("videos"),
    FILES("files");

    final String title;

    MediaFeature(String title) {
        this.title = title;
    }
}
