package dev.sluice.protocol.media;

import dev.sluice.protocol.request.RequestErrors;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** OpenAI's image size, such as {@code 1536x1024}, for providers that expect an aspect ratio. */
record ImageSize(int width, int height) {

    /** The ratios that image and video models commonly offer. */
    private static final List<String> RATIOS = List.of("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16");

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{1,4})x([1-9][0-9]{1,4})");

    /**
     * @param text null and {@code auto} leave the size to the model
     * @return null when the size is left to the model
     */
    static ImageSize of(String text) {
        if (text == null || text.equals("auto")) {
            return null;
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw RequestErrors.invalidValue("size", "WIDTHxHEIGHT, for example 1024x1024, or auto");
        }
        return new ImageSize(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    }

    /** The nearest of the common ratios. */
    String ratio() {
        String nearest = RATIOS.getFirst();
        for (String ratio : RATIOS) {
            if (distance(ratio) < distance(nearest)) {
                nearest = ratio;
            }
        }
        return nearest;
    }

    /** The shorter side, which names a video's resolution: 720 for 1280x720. */
    int lines() {
        return Math.min(width, height);
    }

    private double distance(String ratio) {
        String[] sides = ratio.split(":", 2);
        double offered = Double.parseDouble(sides[0]) / Double.parseDouble(sides[1]);
        return Math.abs(Math.log(offered * height / width));
    }
}
