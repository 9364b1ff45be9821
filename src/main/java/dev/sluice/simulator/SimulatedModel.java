package dev.sluice.simulator;

/** The models the simulator has. */
enum SimulatedModel {
    /** Says back the text of the last user message. */
    ECHO,
    /** Says as many words as the settings ask for. */
    LOREM,
    /** Like lorem, but rendered once: the cheapest upstream a benchmark can have. */
    FAST;

    String id() {
        return switch (this) {
            case ECHO -> "echo";
            case LOREM -> "lorem";
            case FAST -> "fast";
        };
    }

    /** The model of that id, or null. */
    static SimulatedModel of(String id) {
        for (SimulatedModel model : values()) {
            if (model.id().equals(id)) {
                return model;
            }
        }
        return null;
    }
}
