package dev.sluice.contract;

/** What is no conversation, each by its own surface. */
enum Media {
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

    Media(String title) {
        this.title = title;
    }
}
