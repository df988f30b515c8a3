local tools = require "kong.plugins.geojson.tools"

local GeoJson = {
  PRIORITY = 800,
  VERSION = "1.0.0",
}

function GeoJson:response(conf)
  if kong.request.get_header("Accept") ~= "application/geo+json" then
    return
  end
  local places = kong.service.response.get_body()
  return kong.response.exit(200, tools.collection(places, conf.location))
end

return GeoJson
