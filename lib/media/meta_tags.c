/* meta_tags.c - the tables of EXIF's tags. */
#include "media/meta_tags.h"

static const mm_meta_tag main_tags[] = {
    { 254, MM_TAG_PLAIN, "NewSubfileType" }, { 256, MM_TAG_PLAIN, "ImageWidth" },
    { 257, MM_TAG_PLAIN, "ImageLength" }, { 258, MM_TAG_PLAIN, "BitsPerSample" },
    { 259, MM_TAG_PLAIN, "Compression" }, { 262, MM_TAG_PLAIN, "PhotometricInterpretation" },
    { 270, MM_TAG_PLAIN, "ImageDescription" }, { 271, MM_TAG_PLAIN, "Make" }, { 272, MM_TAG_PLAIN, "Model" },
    { 274, MM_TAG_PLAIN, "Orientation" }, { 277, MM_TAG_PLAIN, "SamplesPerPixel" },
    { 278, MM_TAG_PLAIN, "RowsPerStrip" }, { 282, MM_TAG_PLAIN, "XResolution" }, { 283, MM_TAG_PLAIN, "YResolution" },
    { 284, MM_TAG_PLAIN, "PlanarConfiguration" }, { 296, MM_TAG_PLAIN, "ResolutionUnit" },
    { 301, MM_TAG_PLAIN, "TransferFunction" }, { 305, MM_TAG_PLAIN, "Software" }, { 306, MM_TAG_TIME, "DateTime" },
    { 315, MM_TAG_PLAIN, "Artist" }, { 317, MM_TAG_PLAIN, "Predictor" }, { 318, MM_TAG_PLAIN, "WhitePoint" },
    { 319, MM_TAG_PLAIN, "PrimaryChromaticities" }, { 338, MM_TAG_PLAIN, "ExtraSamples" },
    { 339, MM_TAG_PLAIN, "SampleFormat" }, { 529, MM_TAG_PLAIN, "YCbCrCoefficients" },
    { 530, MM_TAG_PLAIN, "YCbCrSubSampling" }, { 531, MM_TAG_PLAIN, "YCbCrPositioning" },
    { 532, MM_TAG_PLAIN, "ReferenceBlackWhite" }, { 33432, MM_TAG_PLAIN, "Copyright" },
    { 33434, MM_TAG_PLAIN, "ExposureTime" }, { 33437, MM_TAG_PLAIN, "FNumber" },
    { 34850, MM_TAG_PLAIN, "ExposureProgram" }, { 34852, MM_TAG_PLAIN, "SpectralSensitivity" },
    { 34855, MM_TAG_PLAIN, "PhotographicSensitivity" }, { 34856, MM_TAG_PLAIN, "OECF" },
    { 34864, MM_TAG_PLAIN, "SensitivityType" }, { 34865, MM_TAG_PLAIN, "StandardOutputSensitivity" },
    { 34866, MM_TAG_PLAIN, "RecommendedExposureIndex" }, { 34867, MM_TAG_PLAIN, "ISOSpeed" },
    { 34868, MM_TAG_PLAIN, "ISOSpeedLatitudeyyy" }, { 34869, MM_TAG_PLAIN, "ISOSpeedLatitudezzz" },
    { 36864, MM_TAG_TEXT, "ExifVersion" }, { 36867, MM_TAG_TIME, "DateTimeOriginal" },
    { 36868, MM_TAG_TIME, "DateTimeDigitized" }, { 36880, MM_TAG_PLAIN, "OffsetTime" },
    { 36881, MM_TAG_PLAIN, "OffsetTimeOriginal" }, { 36882, MM_TAG_PLAIN, "OffsetTimeDigitized" },
    { 37121, MM_TAG_LIST, "ComponentsConfiguration" }, { 37122, MM_TAG_PLAIN, "CompressedBitsPerPixel" },
    { 37377, MM_TAG_PLAIN, "ShutterSpeedValue" }, { 37378, MM_TAG_PLAIN, "ApertureValue" },
    { 37379, MM_TAG_PLAIN, "BrightnessValue" }, { 37380, MM_TAG_PLAIN, "ExposureBiasValue" },
    { 37381, MM_TAG_PLAIN, "MaxApertureValue" }, { 37382, MM_TAG_PLAIN, "SubjectDistance" },
    { 37383, MM_TAG_PLAIN, "MeteringMode" }, { 37384, MM_TAG_PLAIN, "LightSource" }, { 37385, MM_TAG_PLAIN, "Flash" },
    { 37386, MM_TAG_PLAIN, "FocalLength" }, { 37396, MM_TAG_PLAIN, "SubjectArea" },
    { 37500, MM_TAG_LENGTH, "MakerNote" }, { 37510, MM_TAG_COMMENT, "UserComment" },
    { 37520, MM_TAG_PLAIN, "SubSecTime" }, { 37521, MM_TAG_PLAIN, "SubSecTimeOriginal" },
    { 37522, MM_TAG_PLAIN, "SubSecTimeDigitized" }, { 37888, MM_TAG_PLAIN, "Temperature" },
    { 37889, MM_TAG_PLAIN, "Humidity" }, { 37890, MM_TAG_PLAIN, "Pressure" }, { 37891, MM_TAG_PLAIN, "WaterDepth" },
    { 37892, MM_TAG_PLAIN, "Acceleration" }, { 37893, MM_TAG_PLAIN, "CameraElevationAngle" },
    { 40960, MM_TAG_TEXT, "FlashpixVersion" }, { 40961, MM_TAG_PLAIN, "ColorSpace" },
    { 40962, MM_TAG_PLAIN, "PixelXDimension" }, { 40963, MM_TAG_PLAIN, "PixelYDimension" },
    { 40964, MM_TAG_PLAIN, "RelatedSoundFile" }, { 41483, MM_TAG_PLAIN, "FlashEnergy" },
    { 41484, MM_TAG_PLAIN, "SpatialFrequencyResponse" }, { 41486, MM_TAG_PLAIN, "FocalPlaneXResolution" },
    { 41487, MM_TAG_PLAIN, "FocalPlaneYResolution" }, { 41488, MM_TAG_PLAIN, "FocalPlaneResolutionUnit" },
    { 41492, MM_TAG_PLAIN, "SubjectLocation" }, { 41493, MM_TAG_PLAIN, "ExposureIndex" },
    { 41495, MM_TAG_PLAIN, "SensingMethod" }, { 41728, MM_TAG_LIST, "FileSource" },
    { 41729, MM_TAG_LIST, "SceneType" }, { 41730, MM_TAG_PLAIN, "CFAPattern" },
    { 41985, MM_TAG_PLAIN, "CustomRendered" }, { 41986, MM_TAG_PLAIN, "ExposureMode" },
    { 41987, MM_TAG_PLAIN, "WhiteBalance" }, { 41988, MM_TAG_PLAIN, "DigitalZoomRatio" },
    { 41989, MM_TAG_PLAIN, "FocalLengthIn35mmFilm" }, { 41990, MM_TAG_PLAIN, "SceneCaptureType" },
    { 41991, MM_TAG_PLAIN, "GainControl" }, { 41992, MM_TAG_PLAIN, "Contrast" },
    { 41993, MM_TAG_PLAIN, "Saturation" }, { 41994, MM_TAG_PLAIN, "Sharpness" },
    { 41995, MM_TAG_PLAIN, "DeviceSettingDescription" }, { 41996, MM_TAG_PLAIN, "SubjectDistanceRange" },
    { 42016, MM_TAG_PLAIN, "ImageUniqueID" }, { 42032, MM_TAG_PLAIN, "CameraOwnerName" },
    { 42033, MM_TAG_PLAIN, "BodySerialNumber" }, { 42034, MM_TAG_PLAIN, "LensSpecification" },
    { 42035, MM_TAG_PLAIN, "LensMake" }, { 42036, MM_TAG_PLAIN, "LensModel" },
    { 42037, MM_TAG_PLAIN, "LensSerialNumber" }, { 42080, MM_TAG_PLAIN, "CompositeImage" },
    { 42081, MM_TAG_PLAIN, "SourceImageNumberOfCompositeImage" },
    { 42082, MM_TAG_PLAIN, "SourceExposureTimesOfCompositeImage" }, { 42240, MM_TAG_PLAIN, "Gamma" },
};

static const mm_meta_tag gps_tags[] = {
    { 0, MM_TAG_PLAIN, "GPSVersionID" }, { 1, MM_TAG_PLAIN, "GPSLatitudeRef" }, { 2, MM_TAG_PLAIN, "GPSLatitude" },
    { 3, MM_TAG_PLAIN, "GPSLongitudeRef" }, { 4, MM_TAG_PLAIN, "GPSLongitude" },
    { 5, MM_TAG_PLAIN, "GPSAltitudeRef" }, { 6, MM_TAG_PLAIN, "GPSAltitude" }, { 7, MM_TAG_CLOCK, "GPSTimeStamp" },
    { 8, MM_TAG_PLAIN, "GPSSatellites" }, { 9, MM_TAG_PLAIN, "GPSStatus" }, { 10, MM_TAG_PLAIN, "GPSMeasureMode" },
    { 11, MM_TAG_PLAIN, "GPSDOP" }, { 12, MM_TAG_PLAIN, "GPSSpeedRef" }, { 13, MM_TAG_PLAIN, "GPSSpeed" },
    { 14, MM_TAG_PLAIN, "GPSTrackRef" }, { 15, MM_TAG_PLAIN, "GPSTrack" }, { 16, MM_TAG_PLAIN, "GPSImgDirectionRef" },
    { 17, MM_TAG_PLAIN, "GPSImgDirection" }, { 18, MM_TAG_PLAIN, "GPSMapDatum" },
    { 19, MM_TAG_PLAIN, "GPSDestLatitudeRef" }, { 20, MM_TAG_PLAIN, "GPSDestLatitude" },
    { 21, MM_TAG_PLAIN, "GPSDestLongitudeRef" }, { 22, MM_TAG_PLAIN, "GPSDestLongitude" },
    { 23, MM_TAG_PLAIN, "GPSDestBearingRef" }, { 24, MM_TAG_PLAIN, "GPSDestBearing" },
    { 25, MM_TAG_PLAIN, "GPSDestDistanceRef" }, { 26, MM_TAG_PLAIN, "GPSDestDistance" },
    { 27, MM_TAG_COMMENT, "GPSProcessingMethod" }, { 28, MM_TAG_COMMENT, "GPSAreaInformation" },
    { 29, MM_TAG_TIME, "GPSDateStamp" }, { 30, MM_TAG_PLAIN, "GPSDifferential" },
    { 31, MM_TAG_PLAIN, "GPSHPositioningError" },
};

static const mm_meta_tag interop_tags[] = {
    { 1, MM_TAG_PLAIN, "InteroperabilityIndex" }, { 2, MM_TAG_TEXT, "InteroperabilityVersion" },
    { 4096, MM_TAG_PLAIN, "RelatedImageFileFormat" }, { 4097, MM_TAG_PLAIN, "RelatedImageWidth" },
    { 4098, MM_TAG_PLAIN, "RelatedImageLength" },
};

static const struct { const mm_meta_tag *tags; int n; } tables[MM_META_TABLES] = {
    [MM_META_MAIN] = { main_tags, sizeof main_tags / sizeof *main_tags },
    [MM_META_GPS] = { gps_tags, sizeof gps_tags / sizeof *gps_tags },
    [MM_META_INTEROP] = { interop_tags, sizeof interop_tags / sizeof *interop_tags },
};

_Static_assert(sizeof main_tags / sizeof *main_tags <= MM_META_MOST_TAGS, "room for what was told");

int mm_meta_tag_find(int table, unsigned tag)
{
    for (int i = 0; i < tables[table].n; i++)
        if (tables[table].tags[i].tag == tag)
            return i;
    return -1;
}

const mm_meta_tag *mm_meta_tag_at(int table, int i)
{
    return &tables[table].tags[i];
}
