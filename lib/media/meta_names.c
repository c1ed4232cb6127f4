/* meta_names.c - the tables behind meta_names.h. */
#include "media/meta_names.h"

#include <stdlib.h>
#include <string.h>

static const struct { const char *uri, *prefix; } spaces[] = {
    { "http://purl.org/dc/elements/1.1/", "dc" },
    { "http://ns.adobe.com/xap/1.0/", "xmp" },
    { "http://ns.adobe.com/xap/1.0/rights/", "xmpRights" },
    { "http://ns.adobe.com/xap/1.0/mm/", "xmpMM" },
    { "http://ns.adobe.com/xap/1.0/bj/", "xmpBJ" },
    { "http://ns.adobe.com/xap/1.0/t/pg/", "xmpTPg" },
    { "http://ns.adobe.com/xap/1.0/g/", "xmpG" },
    { "http://ns.adobe.com/xap/1.0/g/img/", "xmpGImg" },
    { "http://ns.adobe.com/xap/1.0/sType/ResourceRef#", "stRef" },
    { "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "stEvt" },
    { "http://ns.adobe.com/xap/1.0/sType/Version#", "stVer" },
    { "http://ns.adobe.com/xap/1.0/sType/Job#", "stJob" },
    { "http://ns.adobe.com/xap/1.0/sType/Dimensions#", "stDim" },
    { "http://ns.adobe.com/xap/1.0/sType/Area#", "stArea" },
    { "http://ns.adobe.com/xmp/sType/Area#", "stArea" },
    { "http://ns.adobe.com/xmp/note/", "xmpNote" },
    { "http://ns.adobe.com/xmp/1.0/DynamicMedia/", "xmpDM" },
    { "http://ns.adobe.com/pdf/1.3/", "pdf" },
    { "http://ns.adobe.com/photoshop/1.0/", "photoshop" },
    { "http://ns.adobe.com/camera-raw-settings/1.0/", "crs" },
    { "http://ns.adobe.com/tiff/1.0/", "tiff" },
    { "http://ns.adobe.com/exif/1.0/", "exif" },
    { "http://ns.adobe.com/exif/1.0/aux/", "aux" },
    { "http://cipa.jp/exif/1.0/", "exifEX" },
    { "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore" },
    { "http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt" },
    { "http://ns.useplus.org/ldf/xmp/1.0/", "plus" },
    { "http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs" },
    { "http://ns.microsoft.com/photo/1.0/", "MicrosoftPhoto" },
    { "http://ns.google.com/photos/1.0/panorama/", "GPano" },
    { "http://ns.google.com/photos/1.0/image/", "GImage" },
    { "http://ns.google.com/photos/1.0/audio/", "GAudio" },
    { "http://ns.google.com/photos/1.0/depthmap/", "GDepth" },
};

mm_str mm_xmp_prefix(mm_str uri)
{
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (mm_str_eq(uri, mm_str_of(spaces[i].uri)))
            return mm_str_of(spaces[i].prefix);
    return (mm_str){ 0 };
}

/* Properties whose values are no text, in the order of strcmp. */
static const struct { const char *name; enum mm_xmp_kind kind; } kinds[] = {
    { "GAudio:Data", MM_XMP_BASE64 }, { "GDepth:Data", MM_XMP_BASE64 }, { "GImage:Data", MM_XMP_BASE64 },
    { "GPano:CroppedAreaImageHeightPixels", MM_XMP_NUMBER }, { "GPano:CroppedAreaImageWidthPixels", MM_XMP_NUMBER },
    { "GPano:CroppedAreaLeftPixels", MM_XMP_NUMBER }, { "GPano:CroppedAreaTopPixels", MM_XMP_NUMBER },
    { "GPano:FullPanoHeightPixels", MM_XMP_NUMBER }, { "GPano:FullPanoWidthPixels", MM_XMP_NUMBER },
    { "GPano:UsePanoramaViewer", MM_XMP_BOOLEAN },
    { "Iptc4xmpExt:MaxAvailHeight", MM_XMP_NUMBER }, { "Iptc4xmpExt:MaxAvailWidth", MM_XMP_NUMBER },
    { "exif:ApertureValue", MM_XMP_NUMBER }, { "exif:BrightnessValue", MM_XMP_NUMBER },
    { "exif:ColorSpace", MM_XMP_NUMBER }, { "exif:ComponentsConfiguration", MM_XMP_NUMBER },
    { "exif:CompressedBitsPerPixel", MM_XMP_NUMBER },
    { "exif:Contrast", MM_XMP_NUMBER }, { "exif:CustomRendered", MM_XMP_NUMBER },
    { "exif:DigitalZoomRatio", MM_XMP_NUMBER }, { "exif:ExposureBiasValue", MM_XMP_NUMBER },
    { "exif:ExposureIndex", MM_XMP_NUMBER }, { "exif:ExposureMode", MM_XMP_NUMBER },
    { "exif:ExposureProgram", MM_XMP_NUMBER }, { "exif:ExposureTime", MM_XMP_NUMBER },
    { "exif:FNumber", MM_XMP_NUMBER }, { "exif:FileSource", MM_XMP_NUMBER },
    { "exif:Fired", MM_XMP_BOOLEAN }, { "exif:FlashEnergy", MM_XMP_NUMBER },
    { "exif:FocalLength", MM_XMP_NUMBER }, { "exif:FocalLengthIn35mmFilm", MM_XMP_NUMBER },
    { "exif:FocalPlaneResolutionUnit", MM_XMP_NUMBER }, { "exif:FocalPlaneXResolution", MM_XMP_NUMBER },
    { "exif:FocalPlaneYResolution", MM_XMP_NUMBER }, { "exif:Function", MM_XMP_BOOLEAN },
    { "exif:GPSAltitude", MM_XMP_NUMBER }, { "exif:GPSAltitudeRef", MM_XMP_NUMBER },
    { "exif:GPSDOP", MM_XMP_NUMBER }, { "exif:GPSDestBearing", MM_XMP_NUMBER },
    { "exif:GPSDestDistance", MM_XMP_NUMBER }, { "exif:GPSDifferential", MM_XMP_NUMBER },
    { "exif:GPSHPositioningError", MM_XMP_NUMBER }, { "exif:GPSImgDirection", MM_XMP_NUMBER },
    { "exif:GPSSpeed", MM_XMP_NUMBER }, { "exif:GPSTrack", MM_XMP_NUMBER },
    { "exif:GainControl", MM_XMP_NUMBER }, { "exif:ISOSpeedRatings", MM_XMP_NUMBER },
    { "exif:LightSource", MM_XMP_NUMBER }, { "exif:MaxApertureValue", MM_XMP_NUMBER },
    { "exif:MeteringMode", MM_XMP_NUMBER }, { "exif:Mode", MM_XMP_NUMBER },
    { "exif:PixelXDimension", MM_XMP_NUMBER }, { "exif:PixelYDimension", MM_XMP_NUMBER },
    { "exif:RedEyeMode", MM_XMP_BOOLEAN }, { "exif:Return", MM_XMP_NUMBER },
    { "exif:Saturation", MM_XMP_NUMBER }, { "exif:SceneCaptureType", MM_XMP_NUMBER },
    { "exif:SceneType", MM_XMP_NUMBER }, { "exif:SensingMethod", MM_XMP_NUMBER },
    { "exif:Sharpness", MM_XMP_NUMBER }, { "exif:ShutterSpeedValue", MM_XMP_NUMBER },
    { "exif:SubjectArea", MM_XMP_NUMBER }, { "exif:SubjectDistance", MM_XMP_NUMBER },
    { "exif:SubjectDistanceRange", MM_XMP_NUMBER }, { "exif:SubjectLocation", MM_XMP_NUMBER },
    { "exif:WhiteBalance", MM_XMP_NUMBER },
    { "exifEX:Gamma", MM_XMP_NUMBER }, { "exifEX:ISOSpeed", MM_XMP_NUMBER },
    { "exifEX:LensSpecification", MM_XMP_NUMBER }, { "exifEX:PhotographicSensitivity", MM_XMP_NUMBER },
    { "exifEX:RecommendedExposureIndex", MM_XMP_NUMBER }, { "exifEX:SensitivityType", MM_XMP_NUMBER },
    { "exifEX:StandardOutputSensitivity", MM_XMP_NUMBER },
    { "photoshop:ColorMode", MM_XMP_NUMBER }, { "photoshop:Urgency", MM_XMP_NUMBER },
    { "stArea:d", MM_XMP_NUMBER }, { "stArea:h", MM_XMP_NUMBER }, { "stArea:w", MM_XMP_NUMBER },
    { "stArea:x", MM_XMP_NUMBER }, { "stArea:y", MM_XMP_NUMBER },
    { "stDim:h", MM_XMP_NUMBER }, { "stDim:w", MM_XMP_NUMBER },
    { "tiff:BitsPerSample", MM_XMP_NUMBER }, { "tiff:Compression", MM_XMP_NUMBER },
    { "tiff:ImageLength", MM_XMP_NUMBER }, { "tiff:ImageWidth", MM_XMP_NUMBER },
    { "tiff:Orientation", MM_XMP_NUMBER }, { "tiff:PhotometricInterpretation", MM_XMP_NUMBER },
    { "tiff:PlanarConfiguration", MM_XMP_NUMBER }, { "tiff:PrimaryChromaticities", MM_XMP_NUMBER },
    { "tiff:ReferenceBlackWhite", MM_XMP_NUMBER }, { "tiff:ResolutionUnit", MM_XMP_NUMBER },
    { "tiff:SamplesPerPixel", MM_XMP_NUMBER }, { "tiff:TransferFunction", MM_XMP_NUMBER },
    { "tiff:WhitePoint", MM_XMP_NUMBER }, { "tiff:XResolution", MM_XMP_NUMBER },
    { "tiff:YCbCrCoefficients", MM_XMP_NUMBER }, { "tiff:YCbCrPositioning", MM_XMP_NUMBER },
    { "tiff:YCbCrSubSampling", MM_XMP_NUMBER }, { "tiff:YResolution", MM_XMP_NUMBER },
    { "xmp:Rating", MM_XMP_NUMBER },
    { "xmpGImg:height", MM_XMP_NUMBER }, { "xmpGImg:image", MM_XMP_BASE64 }, { "xmpGImg:width", MM_XMP_NUMBER },
    { "xmpRights:Marked", MM_XMP_BOOLEAN },
};

enum mm_xmp_kind mm_xmp_kind_of(mm_str name)
{
    size_t from = 0, to = sizeof kinds / sizeof *kinds;
    while (from < to) {
        size_t middle = (from + to) / 2;
        int c = mm_str_cmp(name, mm_str_of(kinds[middle].name));
        if (!c)
            return kinds[middle].kind;
        if (c < 0)
            to = middle;
        else
            from = middle + 1;
    }
    bool settings = mm_str_starts(name, MM_STR("crs:")) || mm_str_starts(name, MM_STR("MicrosoftPhoto:"));
    return settings && !mm_str_ends(name, MM_STR("Version")) && !mm_str_ends(name, MM_STR("Name")) ? MM_XMP_LOOKS : MM_XMP_TEXT;
}

const mm_iptc_set mm_iptc_sets[] = {
    { 1, 0, MM_IPTC_NUMBER, false, "EnvelopeRecordVersion" }, { 1, 5, MM_IPTC_TEXT, true, "Destination" },
    { 1, 20, MM_IPTC_NUMBER, false, "FileFormat" }, { 1, 22, MM_IPTC_NUMBER, false, "FileVersion" },
    { 1, 30, MM_IPTC_TEXT, false, "ServiceIdentifier" }, { 1, 40, MM_IPTC_DIGITS, false, "EnvelopeNumber" },
    { 1, 50, MM_IPTC_TEXT, true, "ProductID" }, { 1, 60, MM_IPTC_DIGITS, false, "EnvelopePriority" },
    { 1, 70, MM_IPTC_DATE, false, "DateSent" }, { 1, 80, MM_IPTC_TIME, false, "TimeSent" },
    { 1, 100, MM_IPTC_TEXT, false, "UniqueObjectName" }, { 1, 120, MM_IPTC_NUMBER, false, "ARMIdentifier" },
    { 1, 122, MM_IPTC_NUMBER, false, "ARMVersion" },
    { 2, 0, MM_IPTC_NUMBER, false, "ApplicationRecordVersion" }, { 2, 3, MM_IPTC_TEXT, false, "ObjectTypeReference" },
    { 2, 4, MM_IPTC_TEXT, true, "ObjectAttributeReference" }, { 2, 5, MM_IPTC_TEXT, false, "ObjectName" },
    { 2, 7, MM_IPTC_TEXT, false, "EditStatus" }, { 2, 8, MM_IPTC_TEXT, false, "EditorialUpdate" },
    { 2, 10, MM_IPTC_DIGITS, false, "Urgency" }, { 2, 12, MM_IPTC_TEXT, true, "SubjectReference" },
    { 2, 15, MM_IPTC_TEXT, false, "Category" }, { 2, 20, MM_IPTC_TEXT, true, "SupplementalCategories" },
    { 2, 22, MM_IPTC_TEXT, false, "FixtureIdentifier" }, { 2, 25, MM_IPTC_TEXT, true, "Keywords" },
    { 2, 26, MM_IPTC_TEXT, true, "ContentLocationCode" }, { 2, 27, MM_IPTC_TEXT, true, "ContentLocationName" },
    { 2, 30, MM_IPTC_DATE, false, "ReleaseDate" }, { 2, 35, MM_IPTC_TIME, false, "ReleaseTime" },
    { 2, 37, MM_IPTC_DATE, false, "ExpirationDate" }, { 2, 38, MM_IPTC_TIME, false, "ExpirationTime" },
    { 2, 40, MM_IPTC_TEXT, false, "SpecialInstructions" }, { 2, 42, MM_IPTC_TEXT, false, "ActionAdvised" },
    { 2, 45, MM_IPTC_TEXT, true, "ReferenceService" }, { 2, 47, MM_IPTC_DATE, true, "ReferenceDate" },
    { 2, 50, MM_IPTC_DIGITS, true, "ReferenceNumber" }, { 2, 55, MM_IPTC_DATE, false, "DateCreated" },
    { 2, 60, MM_IPTC_TIME, false, "TimeCreated" }, { 2, 62, MM_IPTC_DATE, false, "DigitalCreationDate" },
    { 2, 63, MM_IPTC_TIME, false, "DigitalCreationTime" }, { 2, 65, MM_IPTC_TEXT, false, "OriginatingProgram" },
    { 2, 70, MM_IPTC_TEXT, false, "ProgramVersion" }, { 2, 75, MM_IPTC_TEXT, false, "ObjectCycle" },
    { 2, 80, MM_IPTC_TEXT, true, "By-line" }, { 2, 85, MM_IPTC_TEXT, true, "By-lineTitle" },
    { 2, 90, MM_IPTC_TEXT, false, "City" }, { 2, 92, MM_IPTC_TEXT, false, "Sub-location" },
    { 2, 95, MM_IPTC_TEXT, false, "Province-State" }, { 2, 100, MM_IPTC_TEXT, false, "Country-PrimaryLocationCode" },
    { 2, 101, MM_IPTC_TEXT, false, "Country-PrimaryLocationName" },
    { 2, 103, MM_IPTC_TEXT, false, "OriginalTransmissionReference" }, { 2, 105, MM_IPTC_TEXT, false, "Headline" },
    { 2, 110, MM_IPTC_TEXT, false, "Credit" }, { 2, 115, MM_IPTC_TEXT, false, "Source" },
    { 2, 116, MM_IPTC_TEXT, false, "CopyrightNotice" }, { 2, 118, MM_IPTC_TEXT, true, "Contact" },
    { 2, 120, MM_IPTC_TEXT, false, "Caption-Abstract" }, { 2, 122, MM_IPTC_TEXT, true, "Writer-Editor" },
    { 2, 125, MM_IPTC_BYTES, false, "RasterizedCaption" }, { 2, 130, MM_IPTC_TEXT, false, "ImageType" },
    { 2, 131, MM_IPTC_TEXT, false, "ImageOrientation" }, { 2, 135, MM_IPTC_TEXT, false, "LanguageIdentifier" },
    { 2, 150, MM_IPTC_TEXT, false, "AudioType" }, { 2, 151, MM_IPTC_DIGITS, false, "AudioSamplingRate" },
    { 2, 152, MM_IPTC_DIGITS, false, "AudioSamplingResolution" }, { 2, 153, MM_IPTC_TEXT, false, "AudioDuration" },
    { 2, 154, MM_IPTC_TEXT, false, "AudioOutcue" }, { 2, 200, MM_IPTC_NUMBER, false, "ObjectPreviewFileFormat" },
    { 2, 201, MM_IPTC_NUMBER, false, "ObjectPreviewFileVersion" }, { 2, 202, MM_IPTC_BYTES, false, "ObjectPreviewData" },
    { .name = NULL },
};
